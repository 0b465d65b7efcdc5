using System.Collections.Immutable;

namespace Basalt.Server.Cluster;

/// <summary>All of its writes, in one revision, if all of its conditions hold; otherwise its reads.</summary>
internal sealed record ClusterTransaction
{
    /// <summary>The most conditions, and the most writes or reads; etcd's default.</summary>
    public const int MaxOperations = 128;

    /// <summary>Bytes of all keys and values together; leaves room below etcd's default of 1.5 MiB for a request.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>The conditions; none hold always.</summary>
    public ImmutableArray<ClusterCompare> Compares { get; init; } = [];

    /// <summary>Keys to write; each once.</summary>
    public ImmutableArray<ClusterPut> Puts { get; init; } = [];

    /// <summary>Keys to delete; none of them is also written.</summary>
    public ImmutableArray<KeyRange> Deletes { get; init; } = [];

    /// <summary>What to read, at the same revision, when a condition does not hold.</summary>
    public ImmutableArray<KeyRange> ElseReads { get; init; } = [];

    /// <summary>Checks what every store requires, so that none accepts what another refuses.</summary>
    /// <exception cref="ArgumentException">It is too large, or it writes a key twice.</exception>
    public void Validate()
    {
        if (Compares.Length > MaxOperations || Puts.Length + Deletes.Length > MaxOperations || ElseReads.Length > MaxOperations)
        {
            throw new ArgumentException($"A transaction has at most {MaxOperations} conditions, {MaxOperations} writes and {MaxOperations} reads.");
        }

        long bytes = Compares.Sum(compare => (long)compare.Key.Length + compare.Value.Length) + Puts.Sum(put => (long)put.Key.Length + put.Value.Length);
        if (bytes > MaxBytes)
        {
            throw new ArgumentException($"The keys and values of a transaction have {bytes} bytes; the most is {MaxBytes}.");
        }

        var written = new HashSet<string>(StringComparer.Ordinal);
        foreach (ClusterPut put in Puts)
        {
            if (!written.Add(put.Key) || Deletes.Any(range => range.Contains(put.Key)))
            {
                throw new ArgumentException($"A transaction writes a key once; '{put.Key}' is written again or deleted.");
            }
        }
    }
}
