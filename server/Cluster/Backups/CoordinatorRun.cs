using System.Collections.Immutable;
using Basalt.Backup;

namespace Basalt.Server.Cluster.Backups;

/// <summary>One coordinator's time in its place: asks <see cref="Coordinator"/> what is next, and does it.</summary>
internal sealed class CoordinatorRun(
    IClusterStore store,
    BackupKeys keys,
    ControlMirror control,
    OperationPlans plans,
    ICoordinatorWork work,
    ClusterBackupOptions options,
    CoordinatorPlace place,
    StoreMirror reports)
{
    private readonly Dictionary<string, (ClusterEntry Entry, NodeReport? Report)> _decoded = new(StringComparer.Ordinal);
    private OperationRecord? _record;
    private long _revision;
    private IAsyncDisposable? _heartbeat;
    private Decision? _failure;
    private DateTimeOffset? _untoldSince;

    private DateTimeOffset Now => options.TimeProvider.GetUtcNow();

    /// <summary>Goes on until the operation has ended.</summary>
    /// <exception cref="OperationCanceledException">Canceled, or the place is lost.</exception>
    /// <exception cref="ClusterException">The store cannot be reached.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ReadRecordAsync(cancellationToken);
            while (_record is { IsFinal: false } record && await plans.FindAsync(record.Operation, cancellationToken) is { } plan)
            {
                if (record.Phase == OperationPhase.Publishing && !plan.TakesPart(options.Node))
                {
                    // The definitions are read from what was staged. A participant goes on; if none ever comes back, nobody can.
                    if (Now - record.Since < options.Limits.Absence || options.Members().Any(plan.TakesPart))
                    {
                        return;
                    }

                    _failure = new Decision.End(
                        OperationPhase.Failed, $"The restore of backup '{record.Id}' failed: none of the nodes that had staged it came back within {options.Limits.Absence}.");
                }

                await StepAsync(plan, record, cancellationToken);
            }
        }
        finally
        {
            if (_heartbeat is not null)
            {
                await _heartbeat.DisposeAsync();
            }
        }
    }

    private async Task StepAsync(OperationPlan plan, OperationRecord record, CancellationToken cancellationToken)
    {
        Task changed = Task.WhenAny(control.Changed, reports.Changed);
        if (record.AttemptUlid is not null)
        {
            _heartbeat ??= work.KeepAlive(plan, record.ToTicket(plan));
        }

        switch (_failure ?? Coordinator.Next(View(plan, record)))
        {
            case Decision.Advance advance:
                await StoreAsync(advance.Next, null, cancellationToken);
                break;
            case Decision.Claim:
                await TryAsync(plan, record, token => ClaimAsync(plan, record, token), cancellationToken);
                break;
            case Decision.Commit commit:
                await TryAsync(plan, record, token => CommitAsync(plan, record, commit.Shares, token), cancellationToken);
                break;
            case Decision.Publish:
                await TryAsync(plan, record, token => PublishAsync(plan, record, token), cancellationToken);
                break;
            case Decision.End end:
                await TryAsync(plan, record, token => EndAsync(plan, record, end, token), cancellationToken);
                break;
            case Decision.Wait wait:
                TimeSpan pause = wait.Until is { } until && until - Now < options.MemberPoll ? until - Now : options.MemberPoll;
                await Task.WhenAny(
                    changed,
                    Task.Delay(pause > TimeSpan.Zero ? pause : TimeSpan.Zero, options.TimeProvider, cancellationToken));
                cancellationToken.ThrowIfCancellationRequested();
                break;
        }
    }

    private CoordinatorView View(OperationPlan plan, OperationRecord record)
    {
        ControlState state = control.Current;
        return new CoordinatorView(
            plan,
            record,
            Reports(),
            options.Members().ToHashSet(StringComparer.Ordinal),
            state.Cancel == record.Operation,
            Now,
            work.Clock,
            options.Limits);
    }

    /// <summary>
    /// Does what may fail in passing: then again after a pause, until the limit of the phase. Other failures end the operation. A request to cancel interrupts
    /// it, but for a publication.
    /// </summary>
    private async Task TryAsync(OperationPlan plan, OperationRecord record, Func<CancellationToken, Task> effect, CancellationToken cancellationToken)
    {
        bool wasCancelRequested = control.Current.Cancel == record.Operation;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task running = effect(stop.Token);
        while (!running.IsCompleted)
        {
            Task changed = control.Changed;
            if (!wasCancelRequested && control.Current.Cancel == record.Operation && record.Phase != OperationPhase.Publishing)
            {
                await stop.CancelAsync();
                break;
            }

            await Task.WhenAny(running, changed);
        }

        try
        {
            await running;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // The next decision is to cancel.
        }
        catch (Exception failure) when (failure is BackupException { Error: BackupError.BackendFailure } or ClusterUnavailableException)
        {
            options.OnProblem(failure);
            await Task.Delay(options.Pause, options.TimeProvider, cancellationToken);
            await ReadRecordAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or ClusterException or OutOfMemoryException))
        {
            options.OnProblem(failure);
            _failure = new Decision.End(OperationPhase.Failed, failure.Message);
        }
    }

    private async Task ClaimAsync(OperationPlan plan, OperationRecord record, CancellationToken cancellationToken)
    {
        BackupTicket ticket = await work.ClaimAsync(plan, cancellationToken);
        await StoreAsync(
            record.To(OperationPhase.Preparing, Now) with { Attempt = ticket.Attempt, AttemptUlid = ticket.AttemptUlid }, null, cancellationToken);
    }

    private async Task CommitAsync(
        OperationPlan plan, OperationRecord record, ImmutableArray<StoredShare> shares, CancellationToken cancellationToken)
    {
        BackupState state = await work.CommitAsync(plan, record.ToTicket(plan), shares, cancellationToken);
        await StoreEndAsync(plan, record, state, null, cancellationToken);
    }

    private async Task PublishAsync(OperationPlan plan, OperationRecord record, CancellationToken cancellationToken)
    {
        Publication publication = await work.PublishAsync(plan, record, Fence(), cancellationToken);
        await StoreAsync(record.To(OperationPhase.Done, Now), publication, cancellationToken);
    }

    private async Task EndAsync(OperationPlan plan, OperationRecord record, Decision.End end, CancellationToken cancellationToken)
    {
        (BackupState State, string? Reason) told;
        try
        {
            told = await TellEndAsync(plan, record, end, cancellationToken);
        }
        catch (Exception untold) when (untold is not (OperationCanceledException or ClusterException or OutOfMemoryException)
            && (untold is not BackupException { Error: BackupError.BackendFailure } || Now - (_untoldSince ??= Now) >= options.Limits.Untold))
        {
            // The attempt, if there is one, stays open in the repository until it counts as abandoned. Nobody commits it: this record is the end. Whatever
            // else is wrong with the repository will be so the next time, and an operation that cannot end keeps all others out.
            options.OnProblem(untold);
            told = (end.Phase == OperationPhase.Canceled ? BackupState.Canceled : BackupState.Failed,
                $"{end.Reason} The repository could not be told: {untold.Message}");
        }

        await StoreEndAsync(plan, record, told.State, told.Reason, cancellationToken);
    }

    private async Task<(BackupState State, string? Reason)> TellEndAsync(
        OperationPlan plan, OperationRecord record, Decision.End end, CancellationToken cancellationToken)
    {
        BackupState state = end.Phase == OperationPhase.Canceled ? BackupState.Canceled : BackupState.Failed;
        if (record.Kind == OperationKind.Create)
        {
            // A claim that an earlier coordinator made and could not record would keep the id.
            BackupTicket? ticket = record.AttemptUlid is not null ? record.ToTicket(plan) : await work.FindClaimAsync(plan, cancellationToken);
            if (ticket is not null)
            {
                state = await work.EndAsync(plan, ticket, end.Phase == OperationPhase.Canceled, end.Reason ?? "", cancellationToken);
            }
        }

        return (state, end.Reason);
    }

    /// <summary>Records how it ended: as the repository says, which may be otherwise than was wanted.</summary>
    private Task StoreEndAsync(OperationPlan plan, OperationRecord record, BackupState state, string? reason, CancellationToken cancellationToken)
    {
        OperationPhase phase = state switch
        {
            BackupState.Success => OperationPhase.Done,
            BackupState.Canceled => OperationPhase.Canceled,
            _ => OperationPhase.Failed,
        };
        return phase == OperationPhase.Done
            ? StoreAsync(record.To(phase, Now) with { Error = null }, null, cancellationToken)
            : StoreAsync(record.To(phase, Now) with { Error = reason }, new Publication([], []) { Deletes = work.LeftoversOf(plan) }, cancellationToken);
    }

    /// <summary>What holds of no transaction that arrives after this node lost the place, or after the next record.</summary>
    private ImmutableArray<ClusterCompare> Fence() => [place.Fence, ClusterCompare.ModRevisionIs(keys.Record, _revision)];

    /// <summary>Stores the next record, if this node still has the place and nobody stored another.</summary>
    private async Task StoreAsync(OperationRecord next, Publication? publication, CancellationToken cancellationToken)
    {
        place.Lost.ThrowIfCancellationRequested();
        OperationRecord signed = next with { Coordinator = options.Node, Write = Guid.NewGuid() };
        var transaction = new ClusterTransaction
        {
            Compares = [.. Fence(), .. publication?.Compares ?? []],
            Puts = [new ClusterPut(keys.Record, OperationCodec.Encode(signed)) { HasUniqueValue = true }, .. publication?.Puts ?? []],
            Deletes = publication?.Deletes ?? [],
        };
        TransactionResult result = await store.CommitAsync(transaction, cancellationToken);
        if (result.Succeeded)
        {
            (_record, _revision) = (signed, result.Revision);
            return;
        }

        if (await store.FindAsync(keys.Lock, cancellationToken) is not { } held || held.ModRevision != place.Revision)
        {
            throw new ClusterLeaseLostException("Another node coordinates the operation by now.");
        }

        await ReadRecordAsync(cancellationToken);
    }

    private async Task ReadRecordAsync(CancellationToken cancellationToken)
    {
        ClusterEntry? entry = await store.FindAsync(keys.Record, cancellationToken);
        (_record, _revision) = (entry is null ? null : OperationCodec.DecodeRecord(entry), entry?.ModRevision ?? 0);
    }

    private Dictionary<string, NodeReport> Reports()
    {
        var present = new Dictionary<string, NodeReport>(StringComparer.Ordinal);
        foreach ((string key, ClusterEntry entry) in reports.Entries)
        {
            if (!_decoded.TryGetValue(key, out (ClusterEntry Entry, NodeReport? Report) known) || !ReferenceEquals(known.Entry, entry))
            {
                _decoded[key] = known = (entry, TryDecode(entry));
            }

            if (known.Report is not null)
            {
                present[keys.NodeOf(key)] = known.Report;
            }
        }

        return present;
    }

    private NodeReport? TryDecode(ClusterEntry entry)
    {
        try
        {
            return OperationCodec.DecodeReport(entry);
        }
        catch (ClusterException unreadable)
        {
            // Of a newer server: as if it had not answered, which the limits take care of.
            options.OnProblem(unreadable);
            return null;
        }
    }
}
