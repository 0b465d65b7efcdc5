using System.Collections.Frozen;
using Basalt.Backup.Catalog;
using Basalt.Backup.Documents;
using Basalt.Backup.Transfers;
using Basalt.Engine;

namespace Basalt.Backup.Restoring;

/// <summary>One restore, from its checked documents to the single edit that makes all of it visible.</summary>
internal sealed class RestoreRun : IDisposable
{
    private readonly Repository _repository;
    private readonly Database _database;
    private readonly BackupRecord _backup;
    private readonly IReadOnlyList<NodeDocument> _nodes;
    private readonly FrozenDictionary<string, string> _collections;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private long _localBytes;
    private bool _isCanceled;
    private bool _isDecided;

    /// <param name="repository">Where the backup is.</param>
    /// <param name="database">Where it goes.</param>
    /// <param name="backup">The backup.</param>
    /// <param name="nodes">Its node documents.</param>
    /// <param name="collections">The wanted collections: name in the backup to name in the database.</param>
    public RestoreRun(
        Repository repository,
        Database database,
        BackupRecord backup,
        IReadOnlyList<NodeDocument> nodes,
        FrozenDictionary<string, string> collections)
    {
        _repository = repository;
        _database = database;
        _backup = backup;
        _nodes = nodes;
        _collections = collections;
        Progress = new ProgressTracker(repository.Options.TimeProvider);
    }

    public ProgressTracker Progress { get; }

    /// <summary>See <see cref="RestoreRequest.CompletionMark"/>.</summary>
    public string? CompletionMark { get; init; }

    /// <summary>See <see cref="RestoreRequest.Shards"/>.</summary>
    public IReadOnlySet<ShardAddress>? Shards { get; init; }

    /// <summary>Most of the processors that the transfers take; null does not limit them.</summary>
    public int? CpuPercentage { get; init; }

    /// <summary>Restores.</summary>
    /// <exception cref="BackupException">It failed or was canceled; the database is as before.</exception>
    public async Task<BackupSummary> RunAsync()
    {
        DateTimeOffset startedAt = _repository.UtcNow;
        try
        {
            RestorePlan plan = await RestoreAsync().ConfigureAwait(false);
            DateTimeOffset completedAt = _repository.UtcNow;
            Progress.Complete(BackupState.Success, null, completedAt);
            return _backup.ToSummary() with
            {
                Collections = [.. _collections.Values.Order(StringComparer.Ordinal)],
                StartedAt = startedAt,
                CompletedAt = completedAt,
                Files = plan.Files,
                LogicalBytes = plan.Bytes,
                UploadedBytes = 0,
                ReusedBytes = _localBytes,
            };
        }
        catch (Exception failure)
        {
            bool isCanceled = DecideFailure();
            BackupException described = isCanceled
                ? new BackupException(
                    BackupError.Canceled, $"The restore of backup '{_backup.Id}' was canceled.", _backup.Id, innerException: failure)
                : FailureDescription.Of(_backup.Id, failure);
            Progress.Complete(isCanceled ? BackupState.Canceled : BackupState.Failed, described.Message);
            throw described;
        }
    }

    /// <summary>Cancels, unless the adoption has begun.</summary>
    public async Task<bool> CancelAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (_isDecided)
            {
                return _isCanceled;
            }

            _isCanceled = true;
        }

        Progress.Move(BackupState.Canceling);
        try
        {
            await _stop.CancelAsync().ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // The run has ended, canceled before.
        }

        return true;
    }

    public void Dispose() => _stop.Dispose();

    private async Task<RestorePlan> RestoreAsync()
    {
        RequireAbsent();
        RestorePlan plan = await ReadPlanAsync(_stop.Token).ConfigureAwait(false);
        RequireSpace(plan.Bytes);
        Progress.BeginTransfer(plan.Bytes, bytesReused: 0, plan.Files, filesDone: 0);
        SegmentIngest ingest = _database.BeginIngest(_backup.Claim.AttemptUlid);
        await using (ingest.ConfigureAwait(false))
        {
            try
            {
                await IngestAsync(ingest, plan).ConfigureAwait(false);
            }
            catch (DatabaseException taken) when (taken.Error == DatabaseError.InvalidOperation)
            {
                // The engine refuses names that were taken since the first look; say it in the words of this layer.
                RequireAbsent();
                throw;
            }
        }

        return plan;
    }

    private async Task IngestAsync(SegmentIngest ingest, RestorePlan plan)
    {
        foreach (string keyspace in plan.Keyspaces)
        {
            ingest.AddKeyspace(keyspace);
        }

        if (CompletionMark is { } mark)
        {
            ingest.AddKeyspace(mark);
        }

        LocalSegments local = await LocalSegments
            .OpenAsync(_database, _backup.Id, _repository.Options.TimeProvider, _stop.Token)
            .ConfigureAwait(false);
        await using (local.ConfigureAwait(false))
        {
            var restorer = new SegmentRestorer(_repository, ingest, local, Progress, CpuPercentage);
            await restorer.RestoreAsync(plan, _stop.Token).ConfigureAwait(false);
            _localBytes = restorer.LocalBytes;
        }

        Progress.EndTransfer();
        BeginCommit();
        RequireAbsent();
        try
        {
            await ingest.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (DatabaseException refused) when (refused.Error == DatabaseError.Corruption)
        {
            throw BackupException.Corrupted(
                _backup.OutcomeKey, $"the documents that it names and the segments that they name contradict each other: {refused.Message}", refused);
        }
    }

    /// <summary>From here on a cancel comes too late.</summary>
    private void BeginCommit()
    {
        lock (_lock)
        {
            if (_isCanceled)
            {
                throw new OperationCanceledException();
            }

            _isDecided = true;
        }

        Progress.Move(BackupState.Finalizing);
    }

    /// <summary>The run has failed: whether because it was canceled. A cancel that comes now does not change that any more.</summary>
    private bool DecideFailure()
    {
        lock (_lock)
        {
            _isDecided = true;
            return _isCanceled;
        }
    }

    private async Task<RestorePlan> ReadPlanAsync(CancellationToken cancellationToken)
    {
        var plan = new RestorePlan();
        var reader = new BackupReader(_repository);
        var common = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((NodeDocument node, NodeReference document) in _nodes.Zip(_backup.Outcome!.Nodes))
        {
            plan.AddPacks(document.Key, node.Packs);
            IEnumerable<ShardReference> wanted = node.Shards.Where(reference =>
                _collections.ContainsKey(reference.Collection) && IsWanted(reference, document.Key, common));
            await foreach ((ShardReference reference, Task<ShardDocument> reading) in reader.ReadShardsAsync(wanted, cancellationToken).ConfigureAwait(false))
            {
                plan.AddShard(reference.Key, await reading.ConfigureAwait(false), _collections[reference.Collection]);
            }
        }

        return plan;
    }

    /// <summary>
    /// Whether a shard is to be brought back from this node. What belongs to a whole collection is the same on all nodes that have it, and
    /// comes from the first.
    /// </summary>
    /// <param name="shard">The shard.</param>
    /// <param name="document">The node document that names it.</param>
    /// <param name="common">Of each collection seen so far, the node document that it comes from.</param>
    private bool IsWanted(ShardReference shard, string document, Dictionary<string, string> common) =>
        shard.Shard.Length == 0
            ? common.TryAdd(shard.Collection, document) || common[shard.Collection] == document
            : Shards is null || Shards.Contains(new ShardAddress(shard.Collection, shard.Shard));

    /// <summary>
    /// A collection that exists is left alone as a whole: shards of two origins under one name would be neither the one nor the other.
    /// </summary>
    private void RequireAbsent()
    {
        string[] present =
        [
            .. _database.Keyspaces.Select(keyspace => KeyspaceAddress.Parse(keyspace.Name).Collection).Intersect(_collections.Values).Order(),
        ];
        if (present.Length > 0)
        {
            throw new BackupException(
                BackupError.Conflict,
                $"could not restore collection {string.Join(", ", present.Select(name => $"'{name}'"))} of backup '{_backup.Id}': it already exists. "
                + "Drop it, exclude it, or restore it under another name.",
                _backup.Id);
        }
    }

    private void RequireSpace(long bytes)
    {
        long free = _database.GetFreeBytes();
        if (free < bytes)
        {
            throw new BackupException(
                BackupError.InsufficientSpace,
                $"Backup '{_backup.Id}' needs {bytes} bytes of disk space, but only {free} are free at '{_database.Path}'. Free some, or restore fewer collections.",
                _backup.Id);
        }
    }
}
