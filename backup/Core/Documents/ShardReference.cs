namespace Basalt.Backup.Documents;

/// <summary>A shard list and its SHA-256 in hex, over the stored bytes.</summary>
internal sealed record ShardReference
{
    public required string Collection { get; init; }

    public required string Shard { get; init; }

    public required string Key { get; init; }

    public required string Sha256 { get; init; }

    public required int Files { get; init; }

    public required long Bytes { get; init; }

    public required ulong SeqMax { get; init; }
}
