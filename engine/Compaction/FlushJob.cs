using Basalt.Engine.Memtables;

namespace Basalt.Engine.Compaction;

/// <summary>
/// Writes one memtable to level 0: the sorted entries are cut where the keyspace changes, so that each keyspace gets a segment of its own.
/// </summary>
internal static class FlushJob
{
    /// <summary>Fills the output. Requires: no insert into the memtable is under way.</summary>
    /// <param name="memtable">The memtable; never merged with a newer one, so that the version after its flush is an exact cut.</param>
    /// <param name="isLive">Whether a keyspace still exists; entries of dropped ones are left out.</param>
    /// <param name="snapshots">Open read snapshots, ascending.</param>
    /// <param name="output">Where the segments go.</param>
    public static void Run(Memtable memtable, Func<uint, bool> isLive, ulong[] snapshots, SegmentFileSet output)
    {
        VersionRetention retention = new(snapshots);
        uint keyspace = 0;
        bool live = false;
        MemtableFlushCursor cursor = memtable.CreateFlushCursor();
        while (cursor.MoveNext())
        {
            if (cursor.Keyspace != keyspace)
            {
                output.EndSegment(keyspace, level: 0);
                keyspace = cursor.Keyspace;
                live = isLive(keyspace);
                retention = new VersionRetention(snapshots);
            }

            if (live && retention.MustKeep(cursor.Key, cursor.Trailer, out _))
            {
                output.Add(cursor.Key, cursor.Trailer, cursor.Value);
            }
        }

        output.EndSegment(keyspace, level: 0);
    }
}
