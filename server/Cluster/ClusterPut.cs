namespace Basalt.Server.Cluster;

/// <summary>A key and the value that a transaction gives it.</summary>
internal sealed record ClusterPut(string Key, ReadOnlyMemory<byte> Value)
{
    /// <summary>The key.</summary>
    public string Key { get; } = KeyRange.Checked(Key);

    /// <summary>The lease that the key lives with; 0 for none.</summary>
    public long LeaseId { get; init; }

    /// <summary>
    /// Whether no other transaction ever writes this value to this key, because it holds a random identifier of this write. Then finding it
    /// proves that the transaction was carried out, even if its answer was lost.
    /// </summary>
    public bool HasUniqueValue { get; init; }
}
