using Basalt.Backup;

namespace Basalt.Server.Cluster.Backups;

/// <summary>What a participant tells the coordinator. Each node writes its own alone; the last one counts.</summary>
internal sealed record NodeReport
{
    /// <summary>The format of the stored form.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The format that this is stored in.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>A random name of this write, by which its writer finds out whether it was carried out.</summary>
    public Guid Write { get; init; } = Guid.NewGuid();

    /// <summary>The operation that it is about. A report about another one says nothing.</summary>
    public required Guid Operation { get; init; }

    /// <summary>The run of the node's process.</summary>
    public required Guid Instance { get; init; }

    /// <summary>What was reached.</summary>
    public required NodeState State { get; init; }

    /// <summary>The round that <see cref="NodeState.Passed"/> or <see cref="NodeState.Cut"/> is of.</summary>
    public int Round { get; init; }

    /// <summary>Where the node's clock was when it passed the instant.</summary>
    public long? Clock { get; init; }

    /// <summary>How long writers were held for the cut.</summary>
    public TimeSpan? CutPause { get; init; }

    /// <summary>What tells the classes in the cut from others of their names; null if that is not known.</summary>
    public string? Classes { get; init; }

    /// <summary>The share, when it is transferred.</summary>
    public StoredShare? Share { get; init; }

    /// <summary>Bytes that this node is to transfer or restore; 0 while unknown.</summary>
    public long BytesTotal { get; init; }

    /// <summary>Of these, bytes done.</summary>
    public long BytesDone { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }
}
