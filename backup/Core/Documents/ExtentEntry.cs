namespace Basalt.Backup.Documents;

/// <summary>An extent of a segment.</summary>
internal sealed record ExtentEntry
{
    /// <summary>The content id: origin, index and XXH128.</summary>
    public required string Id { get; init; }

    /// <summary>Bytes of the plain extent.</summary>
    public required long Len { get; init; }

    /// <summary>CRC32C of the plain extent, in hex.</summary>
    public required string Crc32c { get; init; }

    /// <summary>The object; null if the segment is packed.</summary>
    public string? Key { get; init; }

    /// <summary>Bytes of the object.</summary>
    public long? StoredLen { get; init; }

    /// <summary>How the object is encoded: "none".</summary>
    public string? Codec { get; init; }
}
