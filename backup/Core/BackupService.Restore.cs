using System.Collections.Frozen;
using System.Collections.Immutable;
using Basalt.Backup.Catalog;
using Basalt.Backup.Documents;
using Basalt.Backup.Naming;
using Basalt.Backup.Restoring;

namespace Basalt.Backup;

public sealed partial class BackupService
{
    /// <summary>
    /// Checks the backup's documents, then restores in the background: all collections appear at once at the end, or none. They must not
    /// exist in the database (the job fails with <see cref="BackupError.Conflict"/> otherwise).
    /// </summary>
    /// <exception cref="BackupException">
    /// <see cref="BackupError.NotFound"/>, <see cref="BackupError.NotRestorable"/>, <see cref="BackupError.Corrupted"/>,
    /// <see cref="BackupError.UnsupportedFormat"/>, <see cref="BackupError.InvalidRequest"/>, <see cref="BackupError.CollectionNotFound"/>,
    /// <see cref="BackupError.NothingToDo"/>, <see cref="BackupError.BackendFailure"/>, <see cref="BackupError.InProgress"/>.
    /// </exception>
    public async Task<BackupJob> StartRestoreAsync(RestoreRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        RequireOpen();
        BackupRecord backup = await FindRestorableAsync(request.Id, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<NodeDocument> nodes = await ReadNodesAsync(backup, cancellationToken).ConfigureAwait(false);
        ImmutableArray<string> collections = CollectionSelection.Resolve(
            request.Id,
            nodes.SelectMany(node => node.Shards).Select(shard => shard.Collection),
            request.Include,
            request.Exclude,
            "the backup");
        FrozenDictionary<string, string> names = Rename(request, collections);
        _restores.Take(request.Id);
        try
        {
            var run = new RestoreRun(_repository, _database, backup, nodes, names);
            return _restores.Start(() => new BackupJob(
                request.Id,
                BackupOperation.Restore,
                collections,
                run.Progress,
                run.CancelAsync,
                () => run.CancelAsync(CancellationToken.None),
                async _ =>
                {
                    using (run)
                    {
                        try
                        {
                            return await run.RunAsync().ConfigureAwait(false);
                        }
                        finally
                        {
                            _restores.Free();
                        }
                    }
                }));
        }
        catch
        {
            _restores.Free();
            throw;
        }
    }

    /// <summary>As <see cref="StartRestoreAsync"/>, and waits for the end. Canceling the token cancels the restore.</summary>
    /// <exception cref="BackupException">Nothing was restored.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled; nothing was restored.</exception>
    public async Task<BackupSummary> RestoreAsync(RestoreRequest request, CancellationToken cancellationToken = default)
    {
        BackupJob job = await StartRestoreAsync(request, cancellationToken).ConfigureAwait(false);
        return await AwaitAsync(job, cancellationToken).ConfigureAwait(false);
    }

    private async Task<BackupRecord> FindRestorableAsync(string id, CancellationToken cancellationToken)
    {
        // An id that no backup can have is of no backup.
        BackupRecord? backup = RepositoryLayout.IsBackupId(id) ? await ReadAsync(id, cancellationToken).ConfigureAwait(false) : null;
        if (backup is null)
        {
            throw NotFound(id);
        }

        return backup.IsRestorable
            ? backup
            : throw new BackupException(
                BackupError.NotRestorable,
                $"Backup '{id}' at '{Location(id)}' cannot be restored: its status is {backup.State}"
                + (backup.Outcome?.Reason is { } reason ? $" ({reason})" : "") + ".",
                id);
    }

    private async Task<IReadOnlyList<NodeDocument>> ReadNodesAsync(BackupRecord backup, CancellationToken cancellationToken)
    {
        try
        {
            if (BackupReader.RootOf(backup.Outcome!.Nodes) != backup.Outcome.Root)
            {
                throw BackupException.Corrupted(
                    RepositoryLayout.Outcome(backup.Id, backup.Attempt), "its root is not that of its node documents");
            }

            return await new BackupReader(_repository).ReadNodesAsync(backup.Outcome.Nodes, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is BackupException or BackupBackendException)
        {
            throw FailureDescription.Of(backup.Id, failure);
        }
    }

    /// <summary>Old name to new name, for all collections wanted.</summary>
    private static FrozenDictionary<string, string> Rename(RestoreRequest request, ImmutableArray<string> collections)
    {
        IReadOnlyDictionary<string, string> renames = request.Rename ?? ImmutableDictionary<string, string>.Empty;
        string? unknown = renames.Keys.FirstOrDefault(name => !collections.Contains(name));
        if (unknown is not null)
        {
            throw new BackupException(
                BackupError.CollectionNotFound,
                $"Backup '{request.Id}': collection '{unknown}' is to be renamed, but it is not among those to be restored.",
                request.Id);
        }

        FrozenDictionary<string, string> names =
            collections.ToFrozenDictionary(name => name, name => renames.GetValueOrDefault(name, name), StringComparer.Ordinal);
        string? invalid = renames.Values.FirstOrDefault(name => name.Length == 0 || name.Contains('/'));
        string? twice = names.Values.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;
        return invalid is null && twice is null
            ? names
            : throw new BackupException(
                BackupError.InvalidRequest,
                $"Backup '{request.Id}': the new names of collections have to be different, not empty and without '/'; '{twice ?? invalid}' is not.",
                request.Id);
    }
}
