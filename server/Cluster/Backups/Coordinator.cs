using System.Collections.Immutable;

namespace Basalt.Server.Cluster.Backups;

/// <summary>
/// Decides the next step of an operation from what the store holds. A pure function, and level-triggered: it looks at what is, not at what
/// happened, so that any node can go on at any point, also when two believe to be coordinator.
/// </summary>
/// <remarks>
/// Invariants: (1) a create is only committed with the share of every participant, all cut at the instant of the last round; (2) once shares
/// are transferred no new instant is chosen; (3) every operation ends, if time goes on: each wait for nodes has a limit, but for transfers of nodes that
/// are there.
/// </remarks>
internal static class Coordinator
{
    private const int NamedNodes = 5;

    /// <summary>The next step.</summary>
    public static Decision Next(CoordinatorView view)
    {
        OperationRecord record = view.Record;
        if (record.IsFinal)
        {
            return new Decision.Finish();
        }

        if (view.IsCancelRequested && record.Phase != OperationPhase.Publishing)
        {
            return new Decision.End(OperationPhase.Canceled, $"{Noun(record)} '{record.Id}' was canceled.");
        }

        return FailureOf(view) ?? AbsenceOf(view) ?? Step(view) ?? new Decision.Wait(NextDeadline(view));
    }

    private static Decision? Step(CoordinatorView view) => view.Record.Phase switch
    {
        OperationPhase.Claiming => IsOver(view, view.Limits.Claim)
            ? Fail(view, "the id could not be claimed in time.")
            : new Decision.Claim(),
        OperationPhase.Preparing => Prepare(view),
        OperationPhase.Cutting => Cut(view),
        OperationPhase.Transferring => view.Where(report => report?.State != NodeState.Transferred).IsEmpty
            ? Advance(view, OperationPhase.Committing)
            : null,
        OperationPhase.Committing => IsOver(view, view.Limits.End)
            ? Fail(view, "its repository could not be told in time.")
            : new Decision.Commit([.. view.Plan.Participants.Select(node => view.ReportOf(node)?.Share).OfType<Basalt.Backup.StoredShare>()]),
        OperationPhase.Staging => view.Where(report => report?.State != NodeState.Staged).IsEmpty
            ? Advance(view, OperationPhase.Publishing)
            : null,
        OperationPhase.Publishing => IsOver(view, view.Limits.End)
            ? Fail(view, "the cluster's store could not be told in time.")
            : new Decision.Publish(),
        _ => null,
    };

    private static Decision? Prepare(CoordinatorView view)
    {
        ImmutableArray<string> missing = view.Where(report => report is null);
        if (missing.IsEmpty)
        {
            return CutAt(view, view.Clock);
        }

        return IsOver(view, view.Limits.Preparation) ? Fail(view, $"{Name(missing)} did not answer in time.") : null;
    }

    private static Decision? Cut(CoordinatorView view)
    {
        long[] passed =
        [
            .. from node in view.Plan.Participants
               let report = view.ReportOf(node)
               where report is { State: NodeState.Passed } && report.Round == view.Record.Round
               select report.Clock ?? view.Clock,
        ];
        if (passed.Length > 0)
        {
            return view.Record.Round < view.Limits.Rounds
                ? CutAt(view, Math.Max(view.Clock, passed.Max()), Math.Pow(2, Math.Min(view.Record.Round, 6)))
                : Fail(view, $"the nodes' clocks passed {view.Limits.Rounds} instants before all could be armed.");
        }

        ImmutableArray<string> missing = view.Where(report => report is not { State: NodeState.Cut } || report.Round != view.Record.Round);
        return missing.IsEmpty ? HaveSameClasses(view) ? Advance(view, OperationPhase.Transferring) : CutAgain(view)
            : IsOver(view, view.Limits.Cut) ? Fail(view, $"{Name(missing)} did not cut in time.")
            : null;
    }

    private static Decision CutAgain(CoordinatorView view) =>
        view.Record.Round < view.Limits.Rounds
            ? CutAt(view, view.Clock)
            : Fail(view, $"definitions of its classes changed during each of {view.Limits.Rounds} cuts, so that the nodes did not have the same ones. Try again when nobody changes them.");

    /// <summary>What a node does not know counts as another; it is known after the next cut.</summary>
    private static bool HaveSameClasses(CoordinatorView view)
    {
        string? first = view.ReportOf(view.Plan.Participants[0])?.Classes;
        return first is not null && view.Where(report => report?.Classes != first).IsEmpty;
    }

    /// <param name="view">What is known.</param>
    /// <param name="after">Where all clocks are, as far as is known.</param>
    /// <param name="scale">How many times the margin is needed.</param>
    private static Decision.Advance CutAt(CoordinatorView view, long after, double scale = 1)
    {
        TimeSpan margin = (view.Limits.Margin + (view.Limits.MarginPerNode * view.Plan.Participants.Length)) * scale;
        long milliseconds = (after >> CoordinatorView.ClockCounterBits) + (long)Math.Ceiling(margin.TotalMilliseconds) + 1;
        return new Decision.Advance(view.Record.To(OperationPhase.Cutting, view.Now) with
        {
            Round = view.Record.Round + 1,
            Instant = milliseconds << CoordinatorView.ClockCounterBits,
        });
    }

    private static Decision.End? FailureOf(CoordinatorView view)
    {
        // Once all is there, no node can take it back.
        if (view.Record.Phase is OperationPhase.Claiming or OperationPhase.Committing or OperationPhase.Publishing)
        {
            return null;
        }

        return view.Where(report => report is { State: NodeState.Failed }) is [var failed, ..]
            ? Fail(view, $"node '{failed}': {view.ReportOf(failed)!.Error}")
            : null;
    }

    /// <summary>Notes which participants are away that have something to do yet, and gives up when one stays away.</summary>
    private static Decision? AbsenceOf(CoordinatorView view)
    {
        if (view.Record.Phase is OperationPhase.Claiming or OperationPhase.Committing or OperationPhase.Publishing)
        {
            return null;
        }

        ImmutableArray<string> absent =
            [.. view.Where(report => report?.State is not (NodeState.Transferred or NodeState.Staged)).Where(node => !view.Members.Contains(node))];
        if (absent.Length != view.Record.Absent.Count || !absent.All(view.Record.Absent.ContainsKey))
        {
            return new Decision.Advance(view.Record with
            {
                Write = Guid.NewGuid(),
                Absent = absent.ToImmutableDictionary(
                    node => node, node => view.Record.Absent.GetValueOrDefault(node, view.Now), StringComparer.Ordinal),
            });
        }

        ImmutableArray<string> gone = [.. absent.Where(node => view.Now - view.Record.Absent[node] >= view.Limits.Absence)];
        return gone.IsEmpty ? null : Fail(view, $"{Name(gone)} went away and did not come back within {view.Limits.Absence}.");
    }

    private static DateTimeOffset? NextDeadline(CoordinatorView view)
    {
        OperationRecord record = view.Record;
        IEnumerable<DateTimeOffset> deadlines = record.Absent.Values.Select(since => since + view.Limits.Absence);
        DateTimeOffset? end = record.Phase switch
        {
            OperationPhase.Preparing => record.Since + view.Limits.Preparation,
            OperationPhase.Cutting => record.Since + view.Limits.Cut,
            _ => null,
        };
        return deadlines.Select(deadline => (DateTimeOffset?)deadline).Append(end).Min();
    }

    private static bool IsOver(CoordinatorView view, TimeSpan limit) => view.Now - view.Record.Since >= limit;

    private static Decision.Advance Advance(CoordinatorView view, OperationPhase phase) => new(view.Record.To(phase, view.Now));

    private static Decision.End Fail(CoordinatorView view, string reason) =>
        new(OperationPhase.Failed, $"{Noun(view.Record)} '{view.Record.Id}' failed: {reason}");

    private static string Noun(OperationRecord record) => record.Kind == OperationKind.Create ? "Backup" : "The restore of backup";

    private static string Name(ImmutableArray<string> nodes)
    {
        string names = string.Join("', '", nodes.Take(NamedNodes));
        string rest = nodes.Length > NamedNodes ? $" and {nodes.Length - NamedNodes} others" : "";
        return nodes.Length == 1 ? $"node '{names}'" : $"nodes '{names}'{rest}";
    }
}
