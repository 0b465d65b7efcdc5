using Basalt.Backup.Catalog;
using Basalt.Backup.Documents;
using Basalt.Backup.Transfers;
using Basalt.Engine;

namespace Basalt.Backup.Creation;

/// <summary>
/// One attempt from its claim to its outcome. The order of writes is the safety: extents and packs, shard lists, node document, and the
/// outcome last. Whoever creates the outcome first decides; everyone else, this run included, obeys.
/// </summary>
internal sealed partial class CreateRun : IDisposable
{
    private readonly Repository _repository;
    private readonly BackupCatalog _catalog;
    private readonly Database _database;
    private readonly ClaimDocument _claim;
    private readonly string _leaseOwner;
    private readonly CancellationTokenSource _stop = new();
    private volatile bool _isHalted;
    private volatile OutcomeDocument? _outcome;

    public CreateRun(Repository repository, BackupCatalog catalog, Database database, ClaimDocument claim, string leaseOwner)
    {
        _repository = repository;
        _catalog = catalog;
        _database = database;
        _claim = claim;
        _leaseOwner = leaseOwner;
        Progress = new ProgressTracker(repository.Options.TimeProvider);
    }

    public ProgressTracker Progress { get; }

    /// <summary>Most of the processors that the transfers take; null does not limit them.</summary>
    public int? CpuPercentage { get; init; }

    private CancellationToken StopToken => _stop.Token;

    /// <summary>Makes the backup, from its cut or from where an earlier run was interrupted.</summary>
    /// <param name="lease">The lease that an earlier run left; null takes a new snapshot.</param>
    /// <exception cref="BackupException">It was not made.</exception>
    public async Task<BackupSummary> RunAsync(LeaseInfo? lease)
    {
        OutcomeDocument outcome;
        try
        {
            outcome = await StoreAsync(lease).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            outcome = await EndAsync(failure).ConfigureAwait(false);
        }

        await new AttemptCommit(_repository, _catalog).TidyAsync(_claim, outcome).ConfigureAwait(false);
        Progress.Complete(BackupState.Success, null, outcome.Completed);
        return new BackupRecord(_claim.BackupId, _claim.Attempt, _repository.ClaimantOf(_claim.AttemptUlid), _claim, outcome).ToSummary();
    }

    /// <summary>Ends the attempt as canceled, unless it has ended otherwise. True: it is canceled.</summary>
    public async Task<bool> CancelAsync(CancellationToken cancellationToken)
    {
        OutcomeDocument proposal = _catalog.Unsuccessful(OutcomeDocument.Canceled, _claim.AttemptUlid, $"Backup '{_claim.BackupId}' was canceled.");
        OutcomeDocument outcome =
            await _catalog.DecideAsync(_claim.BackupId, _claim.Attempt, proposal, cancellationToken).ConfigureAwait(false);
        if (outcome.State != OutcomeDocument.Canceled)
        {
            return false;
        }

        _outcome = outcome;
        Progress.Complete(BackupState.Canceled, outcome.Reason, outcome.Completed);
        await StopAsync().ConfigureAwait(false);
        return true;
    }

    /// <summary>Stops without an outcome, so that the attempt can be resumed.</summary>
    public Task HaltAsync()
    {
        _isHalted = true;
        return StopAsync();
    }

    public void Dispose() => _stop.Dispose();

    private async Task StopAsync()
    {
        try
        {
            await _stop.CancelAsync().ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // The run ended by itself at this moment.
        }
    }

    /// <summary>Everything that needs the snapshot, which is released at the end, or left to the next run when halted.</summary>
    private async Task<OutcomeDocument> StoreAsync(LeaseInfo? lease)
    {
        SnapshotHandle handle = await OpenSnapshotAsync(lease).ConfigureAwait(false);
        try
        {
            var keeper = new LeaseKeeper(handle, _repository.Options, StopToken);
            var heartbeat = new Heartbeat(_repository, _claim.BackupId, _claim.Attempt, StopToken);
            await using (keeper.ConfigureAwait(false))
            await using (heartbeat.ConfigureAwait(false))
            {
                try
                {
                    var transfer = new ShareTransfer(_repository, _catalog, _database, ShareIdentity.OfAll(_claim), Progress)
                    {
                        CpuPercentage = CpuPercentage,
                    };
                    NodeReference node = await transfer.RunAsync(handle, _claim.Collections, instant: null, keeper.Token).ConfigureAwait(false);
                    return await CommitAsync(node, keeper.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException)
                {
                    keeper.ThrowIfLost();
                    throw;
                }
            }
        }
        finally
        {
            if (IsLeftToResume)
            {
                handle.Detach();
            }

            await handle.DisposeAsync().ConfigureAwait(false);
        }
    }

    private bool IsLeftToResume => _isHalted && _outcome is null;

    private async Task<SnapshotHandle> OpenSnapshotAsync(LeaseInfo? lease)
    {
        TimeSpan timeToLive = _repository.Options.LeaseTimeToLive;
        if (lease is null)
        {
            SnapshotHandle taken = await SnapshotTaker
                .TakeAsync(_database, _claim.BackupId, _leaseOwner, timeToLive, _claim.Collections, StopToken)
                .ConfigureAwait(false);
            Progress.SetCutPause(taken.CutPause);
            return taken;
        }

        SnapshotHandle handle = await _database.ReopenSnapshotAsync(lease.Id, StopToken).ConfigureAwait(false);
        await handle.RenewAsync(timeToLive, StopToken).ConfigureAwait(false);
        return handle;
    }

    private async Task<OutcomeDocument> CommitAsync(NodeReference node, CancellationToken cancellationToken)
    {
        OutcomeDocument outcome = await new AttemptCommit(_repository, _catalog)
            .RunAsync(_claim, [node], () => Progress.Move(BackupState.Finalizing), cancellationToken)
            .ConfigureAwait(false);
        _outcome = outcome;
        return outcome.State == OutcomeDocument.Committed ? outcome : throw AttemptCommit.Overruled(_claim.BackupId, outcome);
    }
}
