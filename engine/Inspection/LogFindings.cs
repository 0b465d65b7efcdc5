using Basalt.Engine.Wal;

namespace Basalt.Engine.Inspection;

/// <summary>What the write-ahead log holds.</summary>
internal sealed record LogFindings
{
    /// <summary>The logs that the manifest has not done with, in order.</summary>
    public required IReadOnlyList<ulong> Numbers { get; init; }

    /// <summary>Whether something that was acknowledged as durable is damaged or gone.</summary>
    public bool IsDamaged { get; init; }

    /// <summary>The end of the unbroken beginning; log 0 if there is none.</summary>
    public LogPosition End { get; init; }

    /// <summary>Batches in the unbroken beginning.</summary>
    public long Records { get; init; }

    /// <summary>The sequence number of the last write in it; 0 if there is none.</summary>
    public ulong LastSequence { get; init; }

    /// <summary>Batches that were found behind the damage.</summary>
    public long RecordsBehind { get; init; }

    /// <summary>The highest sequence number that was found anywhere.</summary>
    public ulong HighestSequence { get; init; }

    /// <summary>The highest keyspace id that was found anywhere.</summary>
    public uint HighestKeyspace { get; init; }

    /// <summary>Writes of keyspaces that the manifest, which lacks edits, does not know.</summary>
    public long UnplacedWrites { get; init; }
}
