namespace Basalt.Engine;

/// <summary>Kinds of <see cref="DatabaseEvent"/>.</summary>
public enum DatabaseEventKind
{
    /// <summary>The log ended in an incomplete record, as a crash leaves it; what was never acknowledged as durable was dropped.</summary>
    TornLogTail,

    /// <summary>Files that no manifest names were removed at open.</summary>
    OrphansRemoved,

    /// <summary>A lease lapsed and its segments may go.</summary>
    LeaseExpired,

    /// <summary>Background work failed; the database refuses writes from now on.</summary>
    WritesRefused,

    /// <summary>A file that is not needed any more could not be deleted; it is tried again later.</summary>
    DeletionFailed,

    /// <summary>A lease could not be released when its handle was disposed; it stays until it lapses.</summary>
    LeaseNotReleased,

    /// <summary>Background work found no disk space and waits for it; writes are refused once memory is full.</summary>
    OutOfSpace,

    /// <summary>The work that waited for disk space went through.</summary>
    SpaceRegained,

    /// <summary>A compaction met a segment that is damaged or that the disk cannot read; its keyspace is not compacted any more. Reads and writes go on.</summary>
    CompactionStopped,
}
