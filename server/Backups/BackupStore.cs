using System.Collections.Immutable;
using Basalt.Backup;
using Basalt.Server.Api;
using Basalt.Server.Diagnostics;

namespace Basalt.Server.Backups;

/// <summary>One repository of a backend: the configured one, or one that requests name instead.</summary>
/// <remarks>
/// The backup layer knows collections; here they are classes, so a restore ends with their adoption by the catalog, and its state is kept
/// in the database for whoever asks after a restart.
/// </remarks>
internal sealed partial class BackupStore : IAsyncDisposable
{
    private readonly BackupService _service;
    private readonly OperationPace _pace;
    private readonly BackupSurroundings _around;
    private readonly SemaphoreSlim _recovering = new(1);
    private readonly SemaphoreSlim _tending = new(1);
    private volatile bool _isRecovered;
    private volatile BackupJob? _create;
    private volatile RestoreOperation? _restore;

    /// <param name="backend">What clients call the backend, <c>filesystem</c> for example.</param>
    /// <param name="historyName">The backend and, for a place that is not the configured one, where: under this restores are remembered.</param>
    /// <param name="service">Makes the backups; the store disposes it.</param>
    /// <param name="pace">Keeps operations from ending too soon.</param>
    /// <param name="around">What all stores share.</param>
    public BackupStore(string backend, string historyName, BackupService service, OperationPace pace, BackupSurroundings around)
    {
        Name = backend;
        HistoryName = historyName;
        _service = service;
        _pace = pace;
        _around = around;
    }

    /// <summary>What clients call the backend.</summary>
    public string Name { get; }

    /// <summary>What makes and reads the backups, for those of many nodes.</summary>
    public BackupService Service => _service;

    private string HistoryName { get; }

    /// <summary>Where a backup is or would be.</summary>
    public string Location(string id) => _service.Location(id);

    /// <summary>Whether a backup is being made here.</summary>
    public bool IsBusy => _create is { Completion.IsCompleted: false };

    /// <summary>Resumes or ends what the last run of the server left unfinished, once.</summary>
    /// <returns>False: there are no backups. Perhaps their place is not mounted yet, so it is worth another try.</returns>
    /// <exception cref="BackupException">The repository cannot be read.</exception>
    public async Task<bool> RecoverAsync(CancellationToken cancellationToken)
    {
        if (_isRecovered)
        {
            return true;
        }

        await _recovering.WaitAsync(cancellationToken);
        try
        {
            if (!_isRecovered)
            {
                await EndRestoresThatWereDoneAsync();
                EndRestoresThatWaitedTooLong();
                if (await _service.RecoverAsync(cancellationToken) is { } resumed)
                {
                    ServerLog.BackupResumed(_around.Logger, Name, resumed.Id);
                    Follow(resumed);
                    await _around.CreateGate.AdmitAsync(EntryOf(resumed), CancellationToken.None);
                }

                await ResumeRestoresAsync(cancellationToken);
                IReadOnlyList<BackupSummary> backups = await _service.ListAsync(cancellationToken);
                _around.Metrics.Found(Name, backups);
                _isRecovered = backups.Count > 0;
            }

            return _isRecovered;
        }
        finally
        {
            _recovering.Release();
        }
    }

    /// <summary>The classes of the database that a selection means.</summary>
    /// <exception cref="RequestException">It fits none, or one that it names does not exist.</exception>
    public ImmutableArray<string> Choose(ClassSelection selection) =>
        selection.FromDatabase([.. _around.Catalog.Classes.Select(stored => stored.Name)]);

    /// <summary>Starts a backup of chosen classes.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="baseId">The backup that the client wants it to build on; null for none. It is checked, and no more: every backup is incremental by itself.</param>
    /// <param name="classes">The classes.</param>
    /// <param name="cpuPercentage">Most of the processors that the transfers may take; null for no limit.</param>
    /// <param name="cancellationToken">Gives up the start.</param>
    /// <exception cref="BackupException">It cannot be started.</exception>
    /// <exception cref="RequestException">The id is taken, or the base is no complete backup.</exception>
    public async Task<BackupJob> StartCreateAsync(
        string id, string? baseId, ImmutableArray<string> classes, int? cpuPercentage, CancellationToken cancellationToken)
    {
        // Otherwise this backup takes the place of one that could be resumed.
        await RecoverAsync(cancellationToken);
        BackupSummary? known = await FindTakenAsync(id, cancellationToken);
        if (known is { State: not (BackupState.Failed or BackupState.Canceled) })
        {
            throw AlreadyExists(id);
        }

        await RequireBaseAsync(baseId, cancellationToken);
        try
        {
            BackupJob job = await _around.CreateGate.StartAsync(
                () =>
                {
                    _pace.Begin(BackupOperation.Create);
                    return _service.StartCreateAsync(new BackupRequest(id) { Include = classes, CpuPercentage = cpuPercentage }, cancellationToken);
                },
                EntryOf,
                cancellationToken);
            ServerLog.BackupStarted(_around.Logger, Name, id, classes.Length);
            Follow(job);
            return job;
        }
        catch (BackupException taken) when (taken.Error == BackupError.AlreadyExists)
        {
            throw AlreadyExists(id);
        }
    }

    /// <summary>A backup, with the progress of its making if that happened in this run of the server; null if there is none of that id.</summary>
    /// <exception cref="BackupException">Its documents cannot be read.</exception>
    public async Task<(BackupSummary Summary, BackupProgress? Progress)?> FindAsync(string id, CancellationToken cancellationToken)
    {
        BackupSummary? stored = await _service.GetStatusAsync(id, cancellationToken);
        if (stored is { State: BackupState.Started } && !IsBusy && !_isRecovered && await RecoverAsync(cancellationToken))
        {
            stored = await _service.GetStatusAsync(id, cancellationToken);
        }

        return stored is null ? null : (Present(stored), _create is { } job && job.Id == id ? job.Progress : null);
    }

    /// <summary>All backups, oldest first.</summary>
    /// <exception cref="BackupException">The repository cannot be read.</exception>
    public async Task<IReadOnlyList<BackupSummary>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await _service.ListAsync(cancellationToken)).Select(Present)];

    /// <summary>Cancels a backup being made.</summary>
    /// <returns>Its state, which is final; null if there is none of that id.</returns>
    /// <exception cref="BackupException">The id is invalid, or the decision cannot be stored.</exception>
    public Task<BackupState?> CancelCreateAsync(string id, CancellationToken cancellationToken) =>
        _service.CancelCreateAsync(id, cancellationToken);

    /// <summary>Leaves a backup in progress to be resumed, cancels a restore in progress, and waits for both.</summary>
    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        if (_restore is { } restore)
        {
            restore.EndHold();
            await restore.Completion;
        }

        _recovering.Dispose();
        _tending.Dispose();
    }

    /// <summary>
    /// What the repository says, and what only this process knows: an end is shown when the run has let go of everything, so that whoever
    /// sees it can start the next one; and a run that could not tell the repository of its end still tells it here.
    /// </summary>
    private BackupSummary Present(BackupSummary stored)
    {
        if (_create is not { } job || job.Id != stored.Id)
        {
            return stored;
        }

        BackupProgress progress = job.Progress;
        if (job.Completion.IsCompleted)
        {
            return stored.State == BackupState.Started
                ? stored with { State = progress.State, Error = progress.Error, CompletedAt = progress.CompletedAt }
                : stored;
        }

        BackupState running = progress.State switch
        {
            BackupState.Success => BackupState.Transferred,
            BackupState.Failed or BackupState.Canceled => BackupState.Transferring,
            { } state => state,
        };
        return stored with { State = running, Error = null, CompletedAt = null };
    }

    private RequestException AlreadyExists(string id) => RequestException.Unprocessable($"backup \"{id}\" already exists at \"{Location(id)}\"");

    /// <summary>The backup that has the id, if any.</summary>
    /// <exception cref="RequestException">There is something under the id that cannot be read.</exception>
    private async Task<BackupSummary?> FindTakenAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return await _service.GetStatusAsync(id, cancellationToken);
        }
        catch (BackupException damaged) when (damaged.Error is BackupError.Corrupted or BackupError.UnsupportedFormat)
        {
            throw RequestException.Unprocessable($"check if backup \"{id}\" exists at \"{Location(id)}\": {damaged.Message}");
        }
    }

    /// <summary>Checks the backup that a client wants one to build on; null is fine.</summary>
    /// <exception cref="RequestException">It is no complete backup.</exception>
    public async Task RequireBaseAsync(string? baseId, CancellationToken cancellationToken)
    {
        if (baseId is null)
        {
            return;
        }

        BackupSummary? stored = await _service.GetStatusAsync(baseId, cancellationToken);
        if (stored is not { State: BackupState.Success })
        {
            string reason = stored is null ? "it does not exist" : $"its status is {BackupStatus.OfCreate(stored.State)}";
            throw RequestException.Unprocessable($"resolve base backup chain: base backup \"{baseId}\" at \"{Location(baseId)}\": {reason}");
        }
    }

    private static GateEntry EntryOf(BackupJob job) => new(job.Id, () => job.Completion.IsCompleted);

    private void Follow(BackupJob job)
    {
        _create = job;
        _ = LogEndAsync(job);
    }

    private async Task LogEndAsync(BackupJob job)
    {
        try
        {
            BackupSummary made = await job.Completion;
            _around.Metrics.BackedUp(Name, job.Progress);
            ServerLog.BackupMade(_around.Logger, Name, job.Id, _around.Clock.GetUtcNow() - made.StartedAt, made.LogicalBytes, made.ReusedBytes);
        }
        catch (BackupException failure)
        {
            _around.Metrics.NotBackedUp(Name, failure.Error);
            ServerLog.BackupNotMade(_around.Logger, Name, job.Id, _around.Clock.GetUtcNow() - job.Progress.StartedAt, failure.Error, failure.Message);
        }
    }
}
