using System.Collections.Immutable;
using System.Text;
using Basalt.Server.Api;
using Basalt.Server.Schema;

namespace Basalt.Server.Cluster.Schema;

/// <summary>
/// The schema in the store: a mirror of the schema keyspaces of all classes, and a version that every change compares and replaces, so that all changes have
/// one order. Each node, also the one that made a change, applies changes only from its watch, in that order.
/// </summary>
internal sealed partial class SchemaLog : ISchemaLog, IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // A node that was away for longer keeps what the cluster has deleted meanwhile, and says so, instead of dropping it.
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(180);

    private readonly IClusterStore _store;
    private readonly ClusterKeys _keys;
    private readonly ISchemaReplica _replica;
    private readonly SchemaWitnesses _witnesses;
    private readonly Func<IReadOnlyList<string>> _nodes;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stopped = new();
    private readonly SemaphoreSlim _applying = new(1, 1);
    private readonly Lock _lock = new();
    private readonly List<(long Version, TaskCompletionSource Reached)> _waiting = [];
    private readonly BundleStore _bundles;
    private Task _following = Task.CompletedTask;
    private Task _unpacking = Task.CompletedTask;
    private long _revision;
    private SchemaVersion _version = SchemaVersion.None;

    /// <param name="store">Where the schema is.</param>
    /// <param name="keys">Under which keys.</param>
    /// <param name="replica">The schema of this node.</param>
    /// <param name="witnesses">The other nodes.</param>
    /// <param name="nodes">The nodes that are there.</param>
    /// <param name="clock">The clock of pauses.</param>
    public SchemaLog(
        IClusterStore store, ClusterKeys keys, ISchemaReplica replica, SchemaWitnesses witnesses, Func<IReadOnlyList<string>> nodes, TimeProvider clock)
    {
        _store = store;
        _keys = keys;
        _bundles = new BundleStore(store, keys);
        _replica = replica;
        _witnesses = witnesses;
        _nodes = nodes;
        _clock = clock;
    }

    /// <inheritdoc/>
    public long Version
    {
        get
        {
            lock (_lock)
            {
                return _version.Revision;
            }
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Nodes => _nodes();

    // Up to where the store was read or watched. Nodes differ in it without differing in the schema: only a new version is a change.
    private long Revision => Interlocked.Read(ref _revision);

    /// <summary>Brings this node up to the present schema, and begins to follow changes at the first call.</summary>
    /// <exception cref="ClusterException">The store cannot be read, or is older than what this node knows.</exception>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        await ReadInTurnAsync(cancellationToken);
        await ForgetAsync(cancellationToken);
        if (_following.IsCompleted)
        {
            _following = FollowAsync();
        }
    }

    /// <summary>Waits until this node shows a version of the schema or a later one.</summary>
    public Task AwaitAsync(long version, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_version.Revision >= version)
            {
                return Task.CompletedTask;
            }

            var waiter = (version, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            _waiting.Add(waiter);
            return AwaitAsync(waiter, cancellationToken);
        }
    }

    /// <summary>Waits until this node has applied the newest change that there is now.</summary>
    /// <exception cref="ClusterException">The store cannot be read.</exception>
    public async Task AwaitLatestAsync(CancellationToken cancellationToken)
    {
        if (await _store.FindAsync(_keys.SchemaVersion, cancellationToken) is { } newest)
        {
            await AwaitAsync(newest.ModRevision, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task ConfirmAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await _store.FindAsync(_keys.SchemaVersion, cancellationToken) is { } newest)
            {
                await AwaitAsync(newest.ModRevision, cancellationToken);
                await _witnesses.AwaitAsync(newest.ModRevision, cancellationToken);
            }
        }
        catch (ClusterException failure)
        {
            throw RequestException.Handler(
                StatusCodes.Status503ServiceUnavailable, $"whether all nodes have the newest schema cannot be found out at present: {failure.Message}");
        }
    }

    /// <inheritdoc/>
    public async Task<bool> TryCommitAsync(SchemaChange change, long version, CancellationToken cancellationToken)
    {
        var transaction = new ClusterTransaction
        {
            Compares = [VersionIs(version), ClusterCompare.Absent(_keys.SchemaBundle)],
            Puts =
            [
                .. NewVersion(),
                .. change.Entries.Where(entry => entry.Value is not null)
                    .Select(entry => new ClusterPut(_keys.ClassEntry(entry.ClassName, entry.Key), entry.Value!.Value)),
            ],
            Deletes = [.. change.Entries.Where(entry => entry.Value is null).Select(Deleted)],
            ElseReads = [KeyRange.Key(_keys.SchemaVersion), KeyRange.Key(_keys.SchemaBundle)],
        };
        TransactionResult result;
        try
        {
            result = await _store.CommitAsync(transaction, cancellationToken);
        }
        catch (ArgumentException large)
        {
            throw RequestException.Unprocessable($"the change of the schema is too large for one step: {large.Message} Change fewer classes or tenants at a time.");
        }
        catch (ClusterUnavailableException unavailable)
        {
            throw Unavailable(unavailable.IsOutcomeUnknown ? "it may or may not have been made" : "it was not made", unavailable);
        }

        if (result.Succeeded)
        {
            await AwaitAsync(result.Revision, cancellationToken);
            await _witnesses.AwaitAsync(result.Revision, cancellationToken);
            return true;
        }

        await AwaitNextAsync(result, version, cancellationToken);
        return false;
    }

    /// <summary>Prepares what makes classes that a restore has brought visible on all nodes at once, as a part of the transaction that ends the restore.</summary>
    /// <param name="operation">The restore.</param>
    /// <param name="entries">All entries of the classes.</param>
    /// <param name="version">The version that they were checked against.</param>
    /// <param name="fence">What has to hold of whatever is written for it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <inheritdoc cref="BundleStore.WriteAsync(Guid, IReadOnlyCollection{SchemaEntry}, ImmutableArray{ClusterCompare}, CancellationToken)" path="/exception"/>
    public async Task<(ImmutableArray<ClusterCompare> Compares, ImmutableArray<ClusterPut> Puts)> PublishAsync(
        Guid operation, IReadOnlyCollection<SchemaEntry> entries, long version, ImmutableArray<ClusterCompare> fence, CancellationToken cancellationToken)
    {
        (SchemaBundle bundle, ImmutableArray<ClusterCompare> areThere) = await _bundles.WriteAsync(operation, entries, fence, cancellationToken);
        return ([VersionIs(version), ClusterCompare.Absent(_keys.SchemaBundle), .. areThere], [.. NewVersion(), new ClusterPut(_keys.SchemaBundle, bundle.Encode())]);
    }

    /// <summary>
    /// Gives the entries of a bundle keys of their own, and deletes it. Any node may do it, several at once even. It takes a transaction for each hundred tenants, and goes
    /// on when whoever needed it first gives up.
    /// </summary>
    /// <exception cref="ClusterException">The store fails.</exception>
    public Task UnpackAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_unpacking.IsCompleted)
            {
                _unpacking = Task.Run(() => _bundles.UnpackAsync(_stopped.Token), CancellationToken.None);
            }

            return _unpacking.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        await _following;
        await _unpacking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopped.Dispose();
        _applying.Dispose();
        lock (_lock)
        {
            _waiting.ForEach(waiting => waiting.Reached.TrySetCanceled());
            _waiting.Clear();
        }
    }

    private async Task AwaitAsync((long Version, TaskCompletionSource Reached) waiter, CancellationToken cancellationToken)
    {
        try
        {
            await waiter.Reached.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            // Who gave up must not be left here until a version comes, which may be never.
            lock (_lock)
            {
                _waiting.Remove(waiter);
            }
        }
    }

    /// <summary>Waits until this node shows what a change was refused for.</summary>
    private async Task AwaitNextAsync(TransactionResult refused, long version, CancellationToken cancellationToken)
    {
        long newest = refused.Reads[0].Entries is [var found] ? found.ModRevision : 0;
        if (!refused.Reads[1].Entries.IsEmpty)
        {
            try
            {
                await UnpackAsync(cancellationToken);
            }
            catch (ClusterException failure)
            {
                throw Unavailable("it was not made", failure);
            }
        }
        else if (newest <= version)
        {
            // Worked out again it would be refused again, without end.
            throw RequestException.Handler(
                StatusCodes.Status503ServiceUnavailable,
                $"the schema cannot be changed: this node has seen version {version} of it, and the cluster's store has {newest}, so it has lost changes, perhaps because it "
                + "was deleted or restored from a backup. Restart the node to hear what can be done.");
        }

        await AwaitAsync(newest, cancellationToken);
    }

    private ClusterCompare VersionIs(long version) =>
        version == 0 ? ClusterCompare.Absent(_keys.SchemaVersion) : ClusterCompare.ModRevisionIs(_keys.SchemaVersion, version);

    private ClusterPut[] NewVersion()
    {
        string name = SchemaVersion.NewName(_clock.GetUtcNow());
        return
        [
            new ClusterPut(_keys.SchemaVersion, Encoding.ASCII.GetBytes(name)) { HasUniqueValue = true },
            new ClusterPut(_keys.LineagePrefix + name, "1"u8.ToArray()),
        ];
    }

    /// <summary>
    /// Forgets changes that were followed by another one long ago. The last of those of that time stays: until the next one came, it was what every node knew last.
    /// </summary>
    private async Task ForgetAsync(CancellationToken cancellationToken)
    {
        string end = _keys.LineagePrefix + SchemaVersion.TimeOf(_clock.GetUtcNow() - Remembered);
        RangePage old = await _store.ReadAllAsync(
            KeyRange.PrefixBefore(_keys.LineagePrefix, end), ClusterStoreRanges.DefaultPageSize, cancellationToken);
        if (old.Entries.Length > 1)
        {
            await _store.CommitAsync(
                new ClusterTransaction { Deletes = [KeyRange.PrefixBefore(_keys.LineagePrefix, old.Entries[^1].Key)] }, cancellationToken);
        }
    }

    // The definition of a class stands for all of it.
    private KeyRange Deleted(SchemaEntry entry) =>
        entry.IsDefinition ? KeyRange.Prefix(_keys.ClassEntry(entry.ClassName, string.Empty)) : KeyRange.Key(_keys.ClassEntry(entry.ClassName, entry.Key));

    private static RequestException Unavailable(string outcome, Exception cause) => RequestException.Handler(
        StatusCodes.Status503ServiceUnavailable, $"the schema cannot be changed at present ({outcome}): {cause.Message}");
}
