namespace Basalt.Server.Cluster.Backups;

/// <summary>How patient a coordinator is.</summary>
internal sealed record CoordinatorLimits
{
    /// <summary>For the claim.</summary>
    public TimeSpan Claim { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>For all nodes to be prepared.</summary>
    public TimeSpan Preparation { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>For all nodes to cut, from the instant on. A cut includes the flush of what was in memory.</summary>
    public TimeSpan Cut { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>For a node that is no member to come back.</summary>
    public TimeSpan Absence { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>For the repository to take the outcome, or the cluster's store the classes.</summary>
    public TimeSpan End { get; init; } = TimeSpan.FromHours(2);

    /// <summary>For the repository to be told that a backup failed or was canceled; then only the cluster's store knows.</summary>
    public TimeSpan Untold { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Instants that are tried.</summary>
    public int Rounds { get; init; } = 20;

    /// <summary>How far ahead of all clocks the first instant is; twice as far in each round after it.</summary>
    public TimeSpan Margin { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>What each participant adds to the margin: that many have to hear of it.</summary>
    public TimeSpan MarginPerNode { get; init; } = TimeSpan.FromMilliseconds(1);
}
