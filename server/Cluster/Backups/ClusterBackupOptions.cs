namespace Basalt.Server.Cluster.Backups;

/// <summary>How a node takes part in operations and coordinates them.</summary>
internal sealed record ClusterBackupOptions
{
    /// <summary>The node's name.</summary>
    public required string Node { get; init; }

    /// <summary>This run of its process.</summary>
    public Guid Instance { get; init; } = Guid.NewGuid();

    /// <summary>The nodes that are there now. Not asked before <see cref="ClusterBackups.RunAsync"/>.</summary>
    public required Func<IReadOnlyCollection<string>> Members { get; init; }

    /// <summary>How patient a coordinator is.</summary>
    public CoordinatorLimits Limits { get; init; } = new();

    /// <summary>How long a coordinator keeps its place without a sign of life.</summary>
    public TimeSpan LockTimeToLive { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>When a coordinator is gone, each node tries to take its place after a random part of this, so that not all of them do at once.</summary>
    public TimeSpan TakeOverSpread { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often a coordinator looks who is there.</summary>
    public TimeSpan MemberPoll { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The least time between two reports of progress of a node.</summary>
    public TimeSpan ProgressInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The most reports of progress in a second of all nodes together: with many nodes each reports less often.</summary>
    public int ProgressPerSecond { get; init; } = 20;

    /// <summary>Between two tries of what failed in a way that may pass.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a node may fail to end what it has of an earlier operation before it fails the present one.</summary>
    public TimeSpan SettlePatience { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Hears of failures that are tried again.</summary>
    public Action<Exception> OnProblem { get; init; } = static _ => { };
}
