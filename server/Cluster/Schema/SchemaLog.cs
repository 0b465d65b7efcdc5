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
    private Task _following = Task.CompletedTask;
    private long _revision;
    private long _version;

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
        _replica = replica;
        _witnesses = witnesses;
        _nodes = nodes;
        _clock = clock;
    }

    /// <inheritdoc/>
    public long Version => Interlocked.Read(ref _version);

    /// <inheritdoc/>
    public IReadOnlyList<string> Nodes => _nodes();

    // Up to where the store was read or watched. Nodes differ in it without differing in the schema: only a new version is a change.
    private long Revision => Interlocked.Read(ref _revision);

    /// <summary>Brings this node up to the present schema, and begins to follow changes at the first call.</summary>
    /// <exception cref="ClusterException">The store cannot be read, or is older than what this node knows.</exception>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        await ReadInTurnAsync(cancellationToken);
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
            if (_version >= version)
            {
                return Task.CompletedTask;
            }

            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((version, reached));
            return reached.Task.WaitAsync(cancellationToken);
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
                NewVersion(),
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
            if (!result.Succeeded && !result.Reads[1].Entries.IsEmpty)
            {
                await UnpackAsync(cancellationToken);
            }
        }
        catch (ArgumentException large)
        {
            throw RequestException.Unprocessable($"the change of the schema is too large for one step: {large.Message} Change fewer classes or tenants at a time.");
        }
        catch (ClusterUnavailableException unavailable)
        {
            throw Unavailable(unavailable.IsOutcomeUnknown ? "it may or may not have been made" : "it was not made", unavailable);
        }

        long revision = result.Succeeded ? result.Revision : result.Reads[0].Entries is [var newest] ? newest.ModRevision : version;
        await AwaitAsync(revision, cancellationToken);
        if (result.Succeeded)
        {
            await _witnesses.AwaitAsync(revision, cancellationToken);
        }

        return result.Succeeded;
    }

    /// <summary>What makes classes that a restore has brought visible on all nodes at once, as a part of the transaction that ends the restore.</summary>
    /// <param name="entries">All entries of the classes.</param>
    /// <param name="version">The version that they were checked against.</param>
    /// <exception cref="ClusterException">They are too many.</exception>
    public (ImmutableArray<ClusterCompare> Compares, ImmutableArray<ClusterPut> Puts) Publish(IReadOnlyCollection<SchemaEntry> entries, long version) =>
        ([VersionIs(version), ClusterCompare.Absent(_keys.SchemaBundle)], [NewVersion(), new ClusterPut(_keys.SchemaBundle, SchemaBundle.Encode(entries))]);

    /// <summary>Gives the entries of a bundle keys of their own, and deletes it. Any node may do it, several at once even.</summary>
    /// <exception cref="ClusterException">The store fails.</exception>
    public async Task UnpackAsync(CancellationToken cancellationToken)
    {
        if (await _store.FindAsync(_keys.SchemaBundle, cancellationToken) is not { } bundle)
        {
            return;
        }

        ClusterCompare isThere = ClusterCompare.ModRevisionIs(_keys.SchemaBundle, bundle.ModRevision);
        foreach (SchemaEntry[] part in Parts(SchemaBundle.Decode(bundle.Value)))
        {
            ImmutableArray<ClusterPut> puts = [.. part.Select(entry => new ClusterPut(_keys.ClassEntry(entry.ClassName, entry.Key), entry.Value!.Value))];
            if (!(await _store.CommitAsync(new ClusterTransaction { Compares = [isThere], Puts = puts }, cancellationToken)).Succeeded)
            {
                return;
            }
        }

        await _store.CommitAsync(new ClusterTransaction { Compares = [isThere], Deletes = [KeyRange.Key(_keys.SchemaBundle)] }, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        await _following;
        _stopped.Dispose();
        _applying.Dispose();
        lock (_lock)
        {
            _waiting.ForEach(waiting => waiting.Reached.TrySetCanceled());
            _waiting.Clear();
        }
    }

    private static IEnumerable<SchemaEntry[]> Parts(IEnumerable<SchemaEntry> entries)
    {
        List<SchemaEntry> part = [];
        long bytes = 0;
        foreach (SchemaEntry entry in entries)
        {
            if (part.Count == ClusterTransaction.MaxOperations || (part.Count > 0 && bytes + entry.Value!.Value.Length > ClusterTransaction.MaxBytes / 2))
            {
                yield return [.. part];
                part.Clear();
                bytes = 0;
            }

            part.Add(entry);
            bytes += entry.Value!.Value.Length;
        }

        yield return [.. part];
    }

    private ClusterCompare VersionIs(long version) =>
        version == 0 ? ClusterCompare.Absent(_keys.SchemaVersion) : ClusterCompare.ModRevisionIs(_keys.SchemaVersion, version);

    private ClusterPut NewVersion() => new(_keys.SchemaVersion, Encoding.ASCII.GetBytes(Guid.NewGuid().ToString("N"))) { HasUniqueValue = true };

    // The definition of a class stands for all of it.
    private KeyRange Deleted(SchemaEntry entry) =>
        entry.IsDefinition ? KeyRange.Prefix(_keys.ClassEntry(entry.ClassName, string.Empty)) : KeyRange.Key(_keys.ClassEntry(entry.ClassName, entry.Key));

    private static RequestException Unavailable(string outcome, Exception cause) => RequestException.Handler(
        StatusCodes.Status503ServiceUnavailable, $"the schema cannot be changed at present ({outcome}): {cause.Message}");
}
