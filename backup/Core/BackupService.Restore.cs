using System.Collections.Frozen;
using System.Collections.Immutable;
using Basalt.Backup.Catalog;
using Basalt.Backup.Documents;
using Basalt.Backup.Restoring;
using Basalt.Backup.Transfers;

namespace Basalt.Backup;

public sealed partial class BackupService
{
    /// <summary>
    /// Checks the backup's documents, then restores in the background: all collections appear at once at the end, or none. They must not
    /// exist in the database (the job fails with <see cref="BackupError.Conflict"/> otherwise). After a crash the next restore of the backup
    /// downloads only what the interrupted one did not have complete.
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
        TransferPace.Validate(request.Id, request.CpuPercentage);
        (BackupRecord backup, ReadPin pin) = await Repository.OpenAsync(request.Id, cancellationToken).ConfigureAwait(false);
        try
        {
            return await StartPinnedAsync(request, backup, pin, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await pin.DisposeAsync().ConfigureAwait(false);
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

    /// <summary>Starts the job, which takes the pin away at its end.</summary>
    private async Task<BackupJob> StartPinnedAsync(RestoreRequest request, BackupRecord backup, ReadPin pin, CancellationToken cancellationToken)
    {
        IReadOnlyList<NodeDocument> nodes = await Repository.ReadNodesAsync(backup, cancellationToken).ConfigureAwait(false);
        ImmutableArray<string> collections = CollectionSelection.Resolve(
            request.Id,
            nodes.SelectMany(node => node.Shards).Select(shard => shard.Collection),
            request.Include,
            request.Exclude,
            "the backup");
        FrozenDictionary<string, string> names = Rename(request, collections);
        RequireShards(request, nodes);
        _restores.Take(request.Id);
        try
        {
            var run = new RestoreRun(_repository, _database, backup, nodes, names)
            {
                CpuPercentage = request.CpuPercentage,
                CompletionMark = request.CompletionMark,
                Shards = request.Shards,
            };
            return _restores.Start(() => new BackupJob(
                request.Id,
                BackupOperation.Restore,
                [.. names.Values.Order(StringComparer.Ordinal)],
                run.Progress,
                run.CancelAsync,
                () => run.CancelAsync(CancellationToken.None),
                async _ =>
                {
                    await using (pin.ConfigureAwait(false))
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
                    }
                }));
        }
        catch
        {
            _restores.Free();
            throw;
        }
    }

    private static void RequireShards(RestoreRequest request, IReadOnlyList<NodeDocument> nodes)
    {
        if (request.Shards is not { } wanted)
        {
            return;
        }

        var present = nodes.SelectMany(node => node.Shards).Select(shard => new ShardAddress(shard.Collection, shard.Shard)).ToHashSet();
        if (wanted.Where(shard => !present.Contains(shard)).Select(shard => (ShardAddress?)shard).FirstOrDefault() is { } unknown)
        {
            throw new BackupException(
                BackupError.CollectionNotFound,
                $"Backup '{request.Id}': collection '{unknown.Collection}' has no shard '{unknown.Shard}' in the backup.",
                request.Id);
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
