using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Basalt.Backup.Documents;

/// <summary>A segment: all of the engine's metadata, and where its bytes are.</summary>
internal sealed record FileEntry : IJsonOnDeserialized
{
    public required string OriginId { get; init; }

    /// <summary>The full name of its keyspace.</summary>
    public required string Keyspace { get; init; }

    public required int Level { get; init; }

    public required long Size { get; init; }

    /// <summary>XXH128 of the whole segment, in hex.</summary>
    public required string Digest { get; init; }

    public required ulong SeqMin { get; init; }

    public required ulong SeqMax { get; init; }

    /// <summary>The first user key, in base64.</summary>
    public required byte[] KeyMin { get; init; }

    /// <summary>The last user key, in base64.</summary>
    public required byte[] KeyMax { get; init; }

    public required long Entries { get; init; }

    public required long Tombstones { get; init; }

    public required long RawBytes { get; init; }

    /// <summary>The extents; those of a packed segment have no object of their own.</summary>
    public required ImmutableArray<ExtentEntry> Extents { get; init; }

    /// <summary>Where the segment is if it is packed.</summary>
    public PackSlice? Pack { get; init; }

    void IJsonOnDeserialized.OnDeserialized() => RequiredElements.Check(Extents, nameof(Extents));
}
