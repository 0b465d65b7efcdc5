using System.Collections.Immutable;

namespace Basalt.Server.Cluster.Backups;

/// <summary>All that a coordinator decides by.</summary>
/// <param name="Plan">What is asked.</param>
/// <param name="Record">How far it has come.</param>
/// <param name="Reports">What nodes reported, by name; reports about other operations among them.</param>
/// <param name="Members">The nodes that are there now.</param>
/// <param name="IsCancelRequested">Whether somebody wants it canceled.</param>
/// <param name="Now">The time (UTC).</param>
/// <param name="Clock">The cluster's clock.</param>
/// <param name="Limits">How patient it is.</param>
internal sealed record CoordinatorView(
    OperationPlan Plan,
    OperationRecord Record,
    IReadOnlyDictionary<string, NodeReport> Reports,
    IReadOnlySet<string> Members,
    bool IsCancelRequested,
    DateTimeOffset Now,
    long Clock,
    CoordinatorLimits Limits)
{
    /// <summary>Milliseconds are above so many bits of the cluster's clock.</summary>
    public const int ClockCounterBits = 16;

    /// <summary>The report of a participant about this operation; null if there is none.</summary>
    public NodeReport? ReportOf(string node) =>
        Reports.TryGetValue(node, out NodeReport? report) && report.Operation == Record.Operation ? report : null;

    /// <summary>The participants of which something holds.</summary>
    public ImmutableArray<string> Where(Func<NodeReport?, bool> holds) => [.. Plan.Participants.Where(node => holds(ReportOf(node)))];
}
