namespace Basalt.Engine;

/// <summary>
/// Something that a repair could not save. A key in a lost range is missing, or shows an earlier value if an older segment has one.
/// </summary>
public sealed record Loss
{
    /// <summary>What was lost and why, in words.</summary>
    public required string Reason { get; init; }

    /// <summary>Name of the keyspace; null if it may be any.</summary>
    public string? Keyspace { get; init; }

    /// <summary>The first user key that may be concerned; null if any may be.</summary>
    public ReadOnlyMemory<byte>? SmallestKey { get; init; }

    /// <summary>The last user key that may be concerned, inclusive; null if any may be.</summary>
    public ReadOnlyMemory<byte>? LargestKey { get; init; }

    /// <summary>Entries lost, tombstones and older versions included; null if not known.</summary>
    public long? Entries { get; init; }

    /// <summary>The lowest sequence number that may be concerned; null if not known.</summary>
    public ulong? SmallestSequence { get; init; }

    /// <summary>The highest sequence number that may be concerned; null if not known.</summary>
    public ulong? LargestSequence { get; init; }
}
