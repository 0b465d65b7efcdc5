using System.Collections.Immutable;
using Basalt.Backup;
using Basalt.Engine;
using Basalt.Server.Api;
using Basalt.Server.Diagnostics;

namespace Basalt.Server.Backups;

/// <remarks>
/// A restore that the server's end interrupted goes on at the next start. What was asked is in the history; what was downloaded is in the
/// database's staging; and whether the one step that makes everything visible was taken is told by the mark that comes with it.
/// </remarks>
internal sealed partial class BackupStore
{
    /// <summary>Starts a restore of chosen classes.</summary>
    /// <param name="id">The backup.</param>
    /// <param name="selection">The classes.</param>
    /// <param name="renames">New names of some of them, by their names in the backup.</param>
    /// <param name="cpuPercentage">Most of the processors that the transfers may take; null for no limit.</param>
    /// <param name="overwriteAliases">Whether aliases that mean other classes by now come back to the classes restored.</param>
    /// <param name="cancellationToken">Gives up the start.</param>
    /// <exception cref="BackupException">It cannot be started.</exception>
    /// <exception cref="RequestException">There is no such backup, it is not complete, or the selection fits no class in it.</exception>
    public async Task<BackupJob> StartRestoreAsync(
        string id,
        ClassSelection selection,
        ImmutableDictionary<string, string> renames,
        int? cpuPercentage,
        bool overwriteAliases,
        CancellationToken cancellationToken)
    {
        // An id that no backup can have is of no backup.
        if (!BackupRequest.IsValidId(id) || await _service.GetStatusAsync(id, cancellationToken) is not { } backup)
        {
            throw RequestException.Handler(
                StatusCodes.Status404NotFound, $"backup id \"{id}\" does not exist: {Location(id)}: metadata not found");
        }

        if (backup.State != BackupState.Success)
        {
            throw RequestException.Unprocessable(
                $"invalid backup in scheduler {Location(id)} status: {BackupStatus.Of(backup.State)}{(backup.Error is null ? "" : $": {backup.Error}")}");
        }

        ImmutableArray<string> classes = selection.FromBackup(backup.Collections);
        ClassRenames.Apply(renames, classes);
        var intent = new RestoreIntent(classes, renames, cpuPercentage, overwriteAliases, Guid.NewGuid());
        return (await AdmitRestoreAsync(id, intent, startedAt: null, cancellationToken)).Job;
    }

    /// <summary>
    /// The last restore of a backup, with its progress if it happened in this run of the server; null if it was never restored. One that
    /// still waits to go on is tried again.
    /// </summary>
    /// <exception cref="BackupException">It waits for a repository that cannot be read.</exception>
    public async Task<(RestoreRecord Record, BackupProgress? Progress)?> FindRestoreAsync(string id, CancellationToken cancellationToken)
    {
        if (_restore?.Id != id && _around.Restores.Find(HistoryName, id) is { HasEnded: false })
        {
            await RecoverAsync(cancellationToken);
        }

        return _restore is { } current && current.Id == id ? (current.Current, current.Progress)
            : _around.Restores.Find(HistoryName, id) is { } record ? (record, null)
            : null;
    }

    /// <summary>Cancels a restore in progress, or one that waits to go on.</summary>
    /// <returns>Its state: cancelled or being cancelled, or why it is too late; null if the backup was never restored.</returns>
    public async Task<BackupState?> CancelRestoreAsync(string id, CancellationToken cancellationToken)
    {
        if (_restore?.Id != id)
        {
            await _recovering.WaitAsync(cancellationToken);
            try
            {
                if (_restore?.Id != id)
                {
                    // One whose classes are there is not canceled any more, although nobody came to say so yet.
                    await EndRestoresThatWereDoneAsync();
                    return _around.Restores.Find(HistoryName, id) is not { } record ? null
                        : record is { HasEnded: false, Intent: not null } ? End(id, record, BackupState.Canceled, RestoreOperation.CanceledByUser(id)).State
                        : record.State;
                }
            }
            finally
            {
                _recovering.Release();
            }
        }

        RestoreOperation current = _restore!;
        return !current.Current.HasEnded && await current.CancelAsync(cancellationToken) ? BackupState.Canceling : current.Current.State;
    }

    private Task<RestoreOperation> AdmitRestoreAsync(string id, RestoreIntent intent, DateTimeOffset? startedAt, CancellationToken cancellationToken) =>
        _around.RestoreGate.StartAsync(
            () => BeginRestoreAsync(id, intent, startedAt, cancellationToken), started => started.Entry, cancellationToken);

    /// <param name="id">The backup.</param>
    /// <param name="intent">What is wanted of it.</param>
    /// <param name="startedAt">When it began if that was in an earlier run of the server.</param>
    /// <param name="cancellationToken">Gives up the start.</param>
    private async Task<RestoreOperation> BeginRestoreAsync(
        string id, RestoreIntent intent, DateTimeOffset? startedAt, CancellationToken cancellationToken)
    {
        _pace.Begin(BackupOperation.Restore);
        ImmutableArray<string> names = ClassRenames.Apply(intent.Renames, intent.Classes);

        // Stored before anything is done: what a crash leaves of the restore is then known to be of one.
        RestoreRecord? before = _around.Restores.Find(HistoryName, id);
        var record = new RestoreRecord(BackupState.Started, null, startedAt ?? _around.Clock.GetUtcNow(), null) { Intent = intent };
        _around.Restores.Store(HistoryName, id, record);
        BackupJob job;
        try
        {
            _around.Catalog.BeginRenaming(names, intent.Renames);
            job = await StartJobAsync(id, intent, cancellationToken);
        }
        catch
        {
            _around.Restores.Restore(HistoryName, id, before);
            throw;
        }

        ServerLog.RestoreStarted(_around.Logger, Name, id, names.Length);
        var restore = new RestoreOperation(
            job, _around.Catalog, intent.Renames, intent.OverwriteAliases, _pace, _around.Clock, end => EndRestore(job, intent, end));
        _restore = restore;
        return restore;
    }

    private async Task<BackupJob> StartJobAsync(string id, RestoreIntent intent, CancellationToken cancellationToken)
    {
        try
        {
            var request = new RestoreRequest(id)
            {
                Include = intent.Classes,
                Rename = intent.Renames,
                CpuPercentage = intent.CpuPercentage,
                CompletionMark = RestoreHistory.MarkOf(intent),
            };
            return await _service.StartRestoreAsync(request, cancellationToken);
        }
        catch
        {
            _around.Catalog.EndRenaming();
            throw;
        }
    }

    private void EndRestore(BackupJob job, RestoreIntent intent, RestoreRecord end)
    {
        string id = job.Id;
        _around.Metrics.RestoreEnded(Name, end, job);
        TimeSpan duration = _around.Clock.GetUtcNow() - end.StartedAt;
        if (end.State == BackupState.Success)
        {
            ServerLog.Restored(_around.Logger, Name, id, duration);
        }
        else
        {
            ServerLog.NotRestored(_around.Logger, Name, id, BackupStatus.Of(end.State), duration, end.Error ?? "");
        }

        try
        {
            _around.Restores.End(HistoryName, id, end with { Intent = intent });
        }
        catch (Exception failure) when (failure is DatabaseException or ObjectDisposedException)
        {
            // This run of the server knows the end; the next one finds out or tries again.
            ServerLog.RestoreNotRecorded(_around.Logger, Name, id, failure);
        }
    }

    /// <summary>Restores whose classes are there although the server did not come to say so.</summary>
    private async Task EndRestoresThatWereDoneAsync()
    {
        foreach ((string id, RestoreRecord record) in _around.Restores.Unfinished(HistoryName).Where(entry => _around.Restores.IsDone(entry.Record)))
        {
            RestoreIntent intent = record.Intent!;
            if (intent.OverwriteAliases)
            {
                await _around.Catalog.AdoptAsync(ClassRenames.Apply(intent.Renames, intent.Classes), overwriteAliases: true);
            }

            End(id, record, BackupState.Success, error: null);
        }
    }

    /// <summary>Lets restores go on; those that cannot have failed.</summary>
    /// <exception cref="BackupException">The repository cannot be read or another restore is in progress, which may pass.</exception>
    private async Task ResumeRestoresAsync(CancellationToken cancellationToken)
    {
        foreach ((string id, RestoreRecord record) in _around.Restores.Unfinished(HistoryName).Where(entry => entry.Id != _restore?.Id))
        {
            try
            {
                await AdmitRestoreAsync(id, record.Intent!, record.StartedAt, cancellationToken);
                ServerLog.RestoreResumed(_around.Logger, Name, id);
            }
            catch (BackupException failure) when (failure.Error is not (BackupError.BackendFailure or BackupError.InProgress))
            {
                End(id, record, BackupState.Failed, RestoreHistory.CannotGoOn(failure.Message));
            }
            catch (RequestException refusal)
            {
                End(id, record, BackupState.Failed, RestoreHistory.CannotGoOn(refusal.Message));
            }
        }
    }

    /// <summary>A status has to end, also that of a restore whose repository stays out of reach.</summary>
    private void EndRestoresThatWaitedTooLong()
    {
        foreach ((string id, RestoreRecord record) in _around.Restores.Unfinished(HistoryName).Where(entry => entry.Id != _restore?.Id))
        {
            if (RestoreHistory.HasWaitedTooLong(record, _around.Clock.GetUtcNow()))
            {
                End(id, record, BackupState.Failed, RestoreHistory.CannotGoOn("its repository was out of reach for a day"));
            }
        }
    }

    private RestoreRecord End(string id, RestoreRecord record, BackupState state, string? error)
    {
        RestoreRecord end = record with { State = state, Error = error, CompletedAt = _around.Clock.GetUtcNow() };
        _around.Restores.End(HistoryName, id, end);
        _around.Restores.DiscardStaged();
        return end;
    }
}
