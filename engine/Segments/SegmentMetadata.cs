using System.Collections.Immutable;

namespace Basalt.Engine;

/// <summary>
/// What is known of a segment since its birth: enough to place it in a level, to verify each byte of it and to recognise it again in
/// any backup. Immutable; it travels with the bytes.
/// </summary>
public sealed record SegmentMetadata
{
    /// <summary>Bytes of an extent, the unit of digests and of backup objects: 64 MiB.</summary>
    public const long ExtentSize = 64L << 20;

    /// <summary>Where the segment was born.</summary>
    public required SegmentOrigin Origin { get; init; }

    /// <summary>Length in bytes.</summary>
    public required long Length { get; init; }

    /// <summary>XXH128 (seed 0) of the whole segment.</summary>
    public required UInt128 Digest { get; init; }

    /// <summary>Digests of the consecutive extents that make up the segment; never empty.</summary>
    public required ImmutableArray<ExtentDigest> Extents { get; init; }

    /// <summary>The first user key.</summary>
    public required ReadOnlyMemory<byte> SmallestKey { get; init; }

    /// <summary>The last user key (inclusive).</summary>
    public required ReadOnlyMemory<byte> LargestKey { get; init; }

    /// <summary>The lowest sequence number of any entry.</summary>
    public required ulong SmallestSequence { get; init; }

    /// <summary>The highest sequence number of any entry.</summary>
    public required ulong LargestSequence { get; init; }

    /// <summary>Entries, tombstones included.</summary>
    public required long EntryCount { get; init; }

    /// <summary>Tombstones.</summary>
    public required long TombstoneCount { get; init; }

    /// <summary>Bytes of keys and values before compression.</summary>
    public required long RawBytes { get; init; }
}
