namespace Basalt.Server.Shards;

/// <summary>One object in a <see cref="WriteWindow"/>.</summary>
internal struct ObjectWrite
{
    /// <summary>The object.</summary>
    public required Guid Id { get; init; }

    /// <summary>What is expected of its earlier version.</summary>
    public required WriteMode Mode { get; init; }

    /// <summary>Where its record begins in the window.</summary>
    public int RecordOffset { get; set; }

    /// <summary>Bytes of its record; 0 for a deletion.</summary>
    public int RecordLength { get; set; }

    /// <summary>The first of its index entries in the window.</summary>
    public int FirstEntry { get; set; }

    /// <summary>Its index entries.</summary>
    public int EntryCount { get; set; }

    /// <summary>The record that an update was made from.</summary>
    public ReadOnlyMemory<byte> Expected { get; init; }

    /// <summary>What became of it.</summary>
    public WriteOutcome Outcome { get; set; }

    /// <summary>Why it was refused, if there is more to say than the outcome does.</summary>
    public string? Problem { get; set; }
}
