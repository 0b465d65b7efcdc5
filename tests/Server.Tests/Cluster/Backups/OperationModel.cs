using System.Collections.Immutable;
using Basalt.Backup;
using Basalt.Server.Cluster.Backups;

namespace Basalt.Server.Tests.Cluster.Backups;

/// <summary>
/// A cluster that makes or restores a backup, step by step in any order: two coordinators that see old states, crashes between an effect and its
/// record, lost reports, restarts, cuts that lapse, nodes that leave, classes that come and go. The decisions are the real ones; the rest is as simple as it can be.
/// </summary>
internal sealed class OperationModel
{
    private readonly Random _random;
    private readonly Dictionary<string, ModelNode> _nodes;
    private readonly Dictionary<string, NodeReport> _reports = new(StringComparer.Ordinal);
    private readonly (OperationRecord Record, long Revision, ImmutableDictionary<string, NodeReport> Reports)[] _seen;
    private long _revision = 1;
    private int _holder;
    private bool _isCancelRequested;
    private int _classes;

    public OperationModel(int seed, OperationKind kind)
    {
        _random = new Random(seed);
        int count = _random.Next(1, 5);
        _nodes = Enumerable.Range(1, count).ToDictionary(number => $"n{number}", _ => new ModelNode(), StringComparer.Ordinal);
        Plan = new OperationPlan
        {
            Operation = Guid.CreateVersion7(),
            Kind = kind,
            Id = "b1",
            Backend = "filesystem",
            Classes = ["Book"],
            Participants = [.. _nodes.Keys],
            Started = Now,
        };
        Record = OperationRecord.Begin(Plan);
        _seen = [Look(), Look()];
    }

    public OperationPlan Plan { get; }

    public OperationRecord Record { get; private set; }

    /// <summary>The outcome in the repository; null while the attempt is open.</summary>
    public BackupState? Outcome { get; private set; }

    public bool IsClaimed { get; private set; }

    public bool IsPublished { get; private set; }

    public DateTimeOffset Now { get; private set; } = DateTimeOffset.UnixEpoch.AddYears(50);

    public IReadOnlyDictionary<string, ModelNode> Nodes => _nodes;

    private long Clock => Now.ToUnixTimeMilliseconds() << CoordinatorView.ClockCounterBits;

    public void Cancel() => _isCancelRequested = true;

    /// <summary>Something happens.</summary>
    public void StepAnything()
    {
        string node = _nodes.Keys.ElementAt(_random.Next(_nodes.Count));
        switch (_random.Next(26))
        {
            case < 8:
                StepCoordinator(_random.Next(2), isStale: _random.Next(4) == 0, crashes: _random.Next(6) == 0);
                break;
            case < 18:
                StepNode(node, isReportLost: _random.Next(6) == 0);
                break;
            case 18:
                _nodes[node].Instance = Guid.NewGuid();
                _nodes[node].ClockAhead += _random.Next(2000);
                break;
            case 19:
                _nodes[node].IsMember = !_nodes[node].IsMember;
                break;
            case 20:
                _holder = 1 - _holder;
                break;
            case 21:
                Now += TimeSpan.FromMilliseconds(_random.Next(800));
                break;
            case 22 when _random.Next(40) == 0:
                _isCancelRequested = true;
                break;
            case 23 when _random.Next(40) == 0:
                _nodes[node].Cut = null;
                break;
            case 24 when _random.Next(8) == 0:
                _classes++;
                break;
            case 25:
                _nodes[node].Classes = _classes;
                break;
            default:
                Now += TimeSpan.FromMilliseconds(5);
                break;
        }
    }

    /// <summary>Everything works from here on, but for nodes that stay away; steps until the operation has ended.</summary>
    public void RunToEnd(params string[] gone)
    {
        foreach ((string name, ModelNode node) in _nodes)
        {
            node.IsMember = !gone.Contains(name);
        }

        for (int round = 0; round < 5_000 && !Record.IsFinal; round++)
        {
            StepCoordinator(_holder, isStale: false, crashes: false);
            foreach (string node in _nodes.Keys.Where(name => !gone.Contains(name)))
            {
                _nodes[node].Classes = _classes;
                StepNode(node, isReportLost: false);
            }

            // Time passes faster when nobody has anything else to do.
            Now += TimeSpan.FromMilliseconds(round < 500 ? 20 : 2_000);
        }
    }

    /// <summary>One look of a coordinator, one decision, one effect, and the record of it unless it crashes before.</summary>
    private void StepCoordinator(int coordinator, bool isStale, bool crashes)
    {
        if (!isStale)
        {
            _seen[coordinator] = Look();
        }

        (OperationRecord record, long revision, ImmutableDictionary<string, NodeReport> reports) = _seen[coordinator];
        var view = new CoordinatorView(
            Plan,
            record,
            reports,
            _nodes.Where(node => node.Value.IsMember).Select(node => node.Key).ToHashSet(StringComparer.Ordinal),
            _isCancelRequested,
            Now,
            Clock,
            new CoordinatorLimits());
        OperationRecord? next = null;
        bool publishes = false;
        switch (Coordinator.Next(view))
        {
            case Decision.Advance advance:
                next = advance.Next;
                break;
            case Decision.Claim:
                IsClaimed = true;
                next = record.To(OperationPhase.Preparing, Now) with { Attempt = 1, AttemptUlid = "01h" };
                break;
            case Decision.Commit commit:
                Commit(commit.Shares);
                next = End(record);
                break;
            case Decision.Publish:
                publishes = true;
                next = record.To(OperationPhase.Done, Now);
                break;
            case Decision.End end:
                if (Plan.Kind == OperationKind.Create && IsClaimed)
                {
                    Outcome ??= end.Phase == OperationPhase.Canceled ? BackupState.Canceled : BackupState.Failed;
                    next = End(record) with { Error = end.Reason };
                }
                else
                {
                    next = record.To(end.Phase, Now) with { Error = end.Reason };
                }

                break;
        }

        if (next is not null && !crashes && coordinator == _holder && revision == _revision)
        {
            Record = next;
            _revision++;
            IsPublished |= publishes;
        }
    }

    private OperationRecord End(OperationRecord record) => record.To(
        Outcome switch
        {
            BackupState.Success => OperationPhase.Done,
            BackupState.Canceled => OperationPhase.Canceled,
            _ => OperationPhase.Failed,
        },
        Now);

    private void Commit(ImmutableArray<StoredShare> shares)
    {
        if (Outcome is not null)
        {
            return;
        }

        // What the library checks; the coordinator must not rely on it.
        Assert.Equal(Plan.Participants.Order(), shares.Select(share => share.Node).Order());
        Assert.Single(_nodes.Values.Select(node => node.Transferred).Distinct());
        Assert.All(_nodes.Values, node => Assert.NotNull(node.Transferred));
        Assert.Single(_nodes.Values.Select(node => node.TransferredClasses).Distinct());
        Outcome = BackupState.Success;
    }

    private void StepNode(string name, bool isReportLost)
    {
        ModelNode node = _nodes[name];
        NodeReport? last = _reports.GetValueOrDefault(name);
        ShareStep step = Participant.Next(Record, last, node.Instance);
        var report = new NodeReport { Operation = Plan.Operation, Instance = node.Instance, State = NodeState.Prepared, Round = Record.Round };
        switch (step)
        {
            case ShareStep.None:
                return;
            case ShareStep.Prepare:
                if (!IsClaimed)
                {
                    report = report with { State = NodeState.Failed, Error = "no claim" };
                }

                break;
            case ShareStep.Cut or ShareStep.FindCut:
                if (node.CutAt(Record.Instant!.Value, step == ShareStep.Cut, Clock) is not { } isMade)
                {
                    return;
                }

                report = isMade
                    ? report with { State = NodeState.Cut, Classes = node.KnownClasses }
                    : report with { State = NodeState.Passed, Clock = node.ClockOf(Clock) };
                break;
            case ShareStep.Transfer:
                if (node.Cut == Record.Instant)
                {
                    node.Transferred = node.Cut;
                    node.TransferredClasses = node.CutClasses;
                }

                report = node.Transferred is null
                    ? report with { State = NodeState.Failed, Error = "the cut is gone" }
                    : report with { State = NodeState.Transferred, Share = new StoredShare(name, name, name) };
                break;
            case ShareStep.Stage:
                node.IsStaged = true;
                report = report with { State = NodeState.Staged };
                break;
        }

        if (!isReportLost)
        {
            _reports[name] = report;
        }
    }

    private (OperationRecord Record, long Revision, ImmutableDictionary<string, NodeReport> Reports) Look() =>
        (Record, _revision, _reports.ToImmutableDictionary(StringComparer.Ordinal));
}
