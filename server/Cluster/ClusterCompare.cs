namespace Basalt.Server.Cluster;

/// <summary>A condition of a transaction on one key.</summary>
internal sealed record ClusterCompare
{
    private ClusterCompare(string key, CompareTarget target)
    {
        Key = KeyRange.Checked(key);
        Target = target;
    }

    /// <summary>The key.</summary>
    public string Key { get; }

    /// <summary>What is compared.</summary>
    public CompareTarget Target { get; }

    /// <summary>The revision for <see cref="CompareTarget.ModRevision"/>.</summary>
    public long ModRevision { get; private init; }

    /// <summary>The value for <see cref="CompareTarget.Value"/>.</summary>
    public ReadOnlyMemory<byte> Value { get; private init; }

    /// <summary>There is no such key.</summary>
    public static ClusterCompare Absent(string key) => new(key, CompareTarget.ModRevision);

    /// <summary>There is such a key.</summary>
    public static ClusterCompare Exists(string key) => new(key, CompareTarget.Exists);

    /// <summary>Nobody wrote the key since that revision did.</summary>
    public static ClusterCompare ModRevisionIs(string key, long revision) => new(key, CompareTarget.ModRevision) { ModRevision = revision };

    /// <summary>The key has this value.</summary>
    public static ClusterCompare ValueIs(string key, ReadOnlyMemory<byte> value) => new(key, CompareTarget.Value) { Value = value };

    /// <summary>Whether it holds for what the store has under the key; null for nothing.</summary>
    public bool Holds(ClusterEntry? entry) => Target switch
    {
        CompareTarget.ModRevision => (entry?.ModRevision ?? 0) == ModRevision,
        CompareTarget.Value => entry is not null && entry.Value.Span.SequenceEqual(Value.Span),
        _ => entry is not null,
    };
}
