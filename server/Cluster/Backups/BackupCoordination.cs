namespace Basalt.Server.Cluster.Backups;

/// <summary>Makes this node the coordinator whenever an operation is in progress and nobody else is.</summary>
internal sealed class BackupCoordination(
    IClusterStore store, BackupKeys keys, ControlMirror control, OperationPlans plans, ICoordinatorWork work, ClusterBackupOptions options)
{
    /// <summary>Coordinates what there is to coordinate, until canceled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await control.Known.WaitAsync(cancellationToken);
                Task changed = control.Changed;
                ControlState state = control.Current;
                if (!IsVacant(state))
                {
                    await changed.WaitAsync(cancellationToken);
                    continue;
                }

                if (!await MayCoordinateAsync(state.Record!, cancellationToken))
                {
                    await Task.WhenAny(changed, Task.Delay(options.MemberPoll, options.TimeProvider, cancellationToken));
                    continue;
                }

                // Who started it goes first. Of all others each waits for another time, so that not a thousand try at once.
                if (state.Record!.Coordinator != options.Node || state.Record.Phase is not (OperationPhase.Claiming or OperationPhase.Staging))
                {
                    await Task.Delay(options.TakeOverSpread * Random.Shared.NextDouble(), options.TimeProvider, cancellationToken);
                }

                if (IsVacant(control.Current))
                {
                    await CoordinateAsync(cancellationToken);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                // Of the store, mostly. Whatever it is, the operation is there, and somebody has to go on with it.
                options.OnProblem(failure);
                await Task.Delay(options.Pause, options.TimeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static bool IsVacant(ControlState state) => state is { Record.IsFinal: false, LockRevision: 0 };

    /// <summary>
    /// Whether this node can bring an operation to its end. A restore is published by a node that has staged it; one that came later only takes care of it while
    /// nobody else does, so that it ends.
    /// </summary>
    private async Task<bool> MayCoordinateAsync(OperationRecord record, CancellationToken cancellationToken)
    {
        if (record.Kind == OperationKind.Create || await plans.FindAsync(record.Operation, cancellationToken) is not { } plan || plan.TakesPart(options.Node))
        {
            return true;
        }

        bool mayEnd = record.Phase != OperationPhase.Publishing || options.TimeProvider.GetUtcNow() - record.Since >= options.Limits.Absence;
        return mayEnd && !options.Members().Any(plan.TakesPart);
    }

    private async Task CoordinateAsync(CancellationToken cancellationToken)
    {
        CoordinatorPlace? place = await CoordinatorPlace.TryTakeAsync(store, keys.Lock, options, cancellationToken);
        if (place is null)
        {
            await AwaitLockAsync(cancellationToken);
            return;
        }

        await using (place)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, place.Lost);
            var reports = new StoreMirror(store, keys.Reports, options.TimeProvider, options.OnProblem);
            Task following = reports.RunAsync(stop.Token);
            try
            {
                await reports.Known.WaitAsync(stop.Token);
                var run = new CoordinatorRun(store, keys, control, plans, work, options, place, reports);
                await run.RunAsync(stop.Token);
            }
            catch (OperationCanceledException) when (place.IsLost && !cancellationToken.IsCancellationRequested)
            {
                // Another goes on, or this node once more.
            }
            finally
            {
                await stop.CancelAsync();
                await following;
            }
        }

        await AwaitReleaseAsync(place.Revision, cancellationToken);
    }

    /// <summary>Waits until this node's view has the lock that another took.</summary>
    private async Task AwaitLockAsync(CancellationToken cancellationToken)
    {
        Task changed = control.Changed;
        if (IsVacant(control.Current))
        {
            await Task.WhenAny(changed, Task.Delay(options.Pause, options.TimeProvider, cancellationToken));
        }
    }

    /// <summary>Waits until this node's view no longer has the lock that it gave up.</summary>
    private async Task AwaitReleaseAsync(long revision, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed = control.Changed;
            if (control.Current.LockRevision != revision)
            {
                return;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }
}
