using Basalt.Backup;

namespace Basalt.Server.Cluster.Backups;

/// <summary>
/// Does this node's part in operations: follows the record, works, and reports. What it had reached before a restart it knows from its own report
/// and from what the work finds.
/// </summary>
internal sealed class BackupParticipant(
    IClusterStore store, BackupKeys keys, ControlMirror control, OperationPlans plans, IShareWork work, ClusterBackupOptions options)
{
    private readonly NodeReporter _reporter = new(store, keys.Report(options.Node));
    private Guid? _settled;
    private long? _unsettledSince;

    /// <summary>Takes part until canceled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        bool isStarted = false;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (!isStarted)
                {
                    await control.Known.WaitAsync(cancellationToken);
                    await _reporter.ReadAsync(cancellationToken);
                    isStarted = true;
                }

                Task changed = control.Changed;
                if (!await TryStepAsync(control.Current, cancellationToken))
                {
                    await changed.WaitAsync(cancellationToken);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                // Of the store, or of what could not be settled. What a share's work fails of is reported and does not come here.
                options.OnProblem(failure);
                await Task.Delay(options.Pause, options.TimeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <returns>False if there is nothing to do until something changes.</returns>
    private async Task<bool> TryStepAsync(ControlState state, CancellationToken cancellationToken)
    {
        if (!state.IsReadable)
        {
            return false;
        }

        // Once for each operation, and once more when it has ended.
        Guid mark = state.Record is null ? Guid.Empty : state.Record.IsFinal ? state.Record.Write : state.Record.Operation;
        if (_settled != mark)
        {
            await SettleAsync(state.Record, cancellationToken);
            _settled = mark;
        }

        if (state.Record is not { IsFinal: false } record)
        {
            return false;
        }

        ShareStep step = Participant.Next(record, _reporter.Last, options.Instance);
        if (step == ShareStep.None
            || await plans.FindAsync(record.Operation, cancellationToken) is not { } plan
            || !plan.TakesPart(options.Node))
        {
            return false;
        }

        await WorkAsync(plan, record, step, cancellationToken);
        return true;
    }

    /// <summary>Ends what this node has of earlier operations. The present one cannot begin here before that, and must not wait for ever.</summary>
    private async Task SettleAsync(OperationRecord? record, CancellationToken cancellationToken)
    {
        long since = _unsettledSince ??= options.TimeProvider.GetTimestamp();
        try
        {
            await work.SettleAsync(record, cancellationToken);
            _unsettledSince = null;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException
            && !cancellationToken.IsCancellationRequested
            && record is { IsFinal: false }
            && options.TimeProvider.GetElapsedTime(since) >= options.SettlePatience)
        {
            if (await plans.FindAsync(record.Operation, cancellationToken) is { } plan && plan.TakesPart(options.Node))
            {
                await _reporter.TryWriteAsync(
                    new NodeReport
                    {
                        Operation = record.Operation,
                        Instance = options.Instance,
                        State = NodeState.Failed,
                        Error = $"it cannot end what it has of an earlier operation: {failure.Message}",
                    },
                    cancellationToken);
            }

            throw;
        }
    }

    /// <summary>Works for as long as the record says so, and reports what came of it.</summary>
    private async Task WorkAsync(OperationPlan plan, OperationRecord record, ShareStep step, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<NodeReport> working = DoAsync(plan, record, step, stop.Token);
        long told = options.TimeProvider.GetTimestamp();
        while (!working.IsCompleted)
        {
            Task changed = control.Changed;
            if (!IsStill(record))
            {
                await stop.CancelAsync();
                await ((Task)working).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return;
            }

            await Task.WhenAny(working, changed, Task.Delay(ProgressInterval(plan), options.TimeProvider, stop.Token));
            if (!working.IsCompleted && options.TimeProvider.GetElapsedTime(told) >= ProgressInterval(plan))
            {
                await TryReportProgressAsync(cancellationToken);
                told = options.TimeProvider.GetTimestamp();
            }
        }

        NodeReport report = await working;
        await stop.CancelAsync();
        while (IsStill(record) && !await _reporter.TryWriteAsync(report, cancellationToken))
        {
            await Task.Delay(options.Pause, options.TimeProvider, cancellationToken);
        }
    }

    private async Task<NodeReport> DoAsync(OperationPlan plan, OperationRecord record, ShareStep step, CancellationToken cancellationToken)
    {
        var report = new NodeReport { Operation = record.Operation, Instance = options.Instance, State = NodeState.Prepared, Round = record.Round };

        // Off this loop, whatever the work does before its first wait.
        await Task.Yield();
        try
        {
            switch (step)
            {
                case ShareStep.Prepare:
                    await work.PrepareAsync(plan, record, cancellationToken);
                    return report;
                case ShareStep.Cut or ShareStep.FindCut:
                    CutResult cut = await work.CutAsync(plan, record, mayArm: step == ShareStep.Cut, cancellationToken);
                    return cut.IsMade
                        ? report with { State = NodeState.Cut, CutPause = cut.Pause, Classes = cut.Classes }
                        : report with { State = NodeState.Passed, Clock = cut.Clock };
                case ShareStep.Transfer:
                    StoredShare share = await work.TransferAsync(plan, record, cancellationToken);
                    return WithProgress(report with { State = NodeState.Transferred, Share = share, CutPause = _reporter.Last?.CutPause });
                default:
                    await work.StageAsync(plan, record, cancellationToken);
                    return WithProgress(report with { State = NodeState.Staged });
            }
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested && failure is not OutOfMemoryException)
        {
            return report with { State = NodeState.Failed, Error = failure.Message };
        }
    }

    /// <summary>Progress is for people to look at: what of it does not arrive is not missed.</summary>
    private async Task TryReportProgressAsync(CancellationToken cancellationToken)
    {
        if (_reporter.Last is { } last && WithProgress(last) is var news && news != last)
        {
            try
            {
                await _reporter.TryWriteAsync(news, cancellationToken);
            }
            catch (ClusterException failure)
            {
                options.OnProblem(failure);
            }
        }
    }

    private NodeReport WithProgress(NodeReport report) =>
        work.Progress is { } progress ? report with { BytesTotal = progress.BytesTotal, BytesDone = progress.BytesDone } : report;

    private TimeSpan ProgressInterval(OperationPlan plan)
    {
        var share = TimeSpan.FromSeconds((double)plan.Participants.Length / options.ProgressPerSecond);
        return share > options.ProgressInterval ? share : options.ProgressInterval;
    }

    private bool IsStill(OperationRecord record) =>
        control.Current.Record is { } now && now.Operation == record.Operation && now.Phase == record.Phase && now.Round == record.Round;
}
