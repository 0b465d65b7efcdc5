using System.Collections.Immutable;
using System.Text;

namespace Basalt.Server.Cluster.Backups;

/// <summary>
/// Backups and restores that all nodes of a cluster make together: any node starts, cancels and tells of them; each does its part; one coordinates,
/// and any other takes its place when it goes. All state is in the store and in the repository.
/// </summary>
internal sealed class ClusterBackups
{
    private readonly IClusterStore _store;
    private readonly BackupKeys _keys;
    private readonly ClusterBackupOptions _options;
    private readonly StoreMirror _mirror;
    private readonly BackupParticipant _participant;
    private readonly BackupCoordination _coordination;

    /// <param name="store">Where the nodes agree.</param>
    /// <param name="keys">Under which keys.</param>
    /// <param name="share">What this node does for its part.</param>
    /// <param name="coordinator">What it does when it coordinates.</param>
    /// <param name="options">How.</param>
    public ClusterBackups(IClusterStore store, BackupKeys keys, IShareWork share, ICoordinatorWork coordinator, ClusterBackupOptions options)
    {
        _store = store;
        _keys = keys;
        _options = options;
        _mirror = new StoreMirror(store, keys.Control, options.TimeProvider, options.OnProblem);
        var control = new ControlMirror(_mirror, keys, options.OnProblem);
        var plans = new OperationPlans(store, keys);
        _participant = new BackupParticipant(store, keys, control, plans, share, options);
        _coordination = new BackupCoordination(store, keys, control, plans, coordinator, options);
        Control = control;
    }

    /// <summary>What this node knows of operations, without asking anybody.</summary>
    public ControlMirror Control { get; }

    /// <summary>Takes part until canceled. Work in progress is left to be taken up again.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(
        _mirror.RunAsync(cancellationToken), _participant.RunAsync(cancellationToken), _coordination.RunAsync(cancellationToken));

    /// <summary>Starts an operation. It goes on whatever becomes of this node.</summary>
    /// <exception cref="OperationInProgressException">Another is in progress.</exception>
    /// <exception cref="ClusterUnavailableException">The store cannot be reached. If the outcome is unknown, <see cref="Control"/> tells it sooner or later.</exception>
    public async Task<OperationRecord> StartAsync(OperationPlan plan, CancellationToken cancellationToken)
    {
        OperationRecord record = OperationRecord.Begin(plan) with { Coordinator = _options.Node };
        while (true)
        {
            ClusterEntry? stored = await _store.FindAsync(_keys.Record, cancellationToken);
            if (stored is not null && OperationCodec.DecodeRecord(stored) is { IsFinal: false } running)
            {
                return running.Operation == plan.Operation ? running : throw new OperationInProgressException(running);
            }

            ImmutableArray<ClusterPut> ended = stored is null ? [] : await KeepAsync(OperationCodec.DecodeRecord(stored), cancellationToken);
            TransactionResult result = await _store.CommitAsync(
                new ClusterTransaction
                {
                    Compares = [stored is null ? ClusterCompare.Absent(_keys.Record) : ClusterCompare.ModRevisionIs(_keys.Record, stored.ModRevision)],
                    Puts =
                    [
                        new ClusterPut(_keys.Record, OperationCodec.Encode(record)) { HasUniqueValue = true },
                        new ClusterPut(_keys.Plan, OperationCodec.Encode(plan)),
                        .. ended,
                    ],
                },
                cancellationToken);
            if (result.Succeeded)
            {
                return record;
            }
        }
    }

    /// <summary>
    /// Asks for the end of an operation. Whoever coordinates it ends it, unless it is too late; <see cref="WaitAsync"/> for that.
    /// </summary>
    public Task CancelAsync(Guid operation, CancellationToken cancellationToken) =>
        _store.CommitAsync(
            new ClusterTransaction { Puts = [new ClusterPut(_keys.Cancel, Encoding.ASCII.GetBytes(operation.ToString()))] }, cancellationToken);

    /// <summary>The present operation, or the last, with what its nodes reported; null if there never was one.</summary>
    public async Task<OperationStatus?> ReadStatusAsync(CancellationToken cancellationToken)
    {
        while (await _store.FindAsync(_keys.Record, cancellationToken) is { } entry)
        {
            OperationRecord record = OperationCodec.DecodeRecord(entry);
            ClusterEntry? stored = await _store.FindAsync(_keys.Plan, cancellationToken);
            RangePage page = await _store.ReadAllAsync(_keys.Reports, ClusterStoreRanges.DefaultPageSize, cancellationToken);
            if (stored is not null && OperationCodec.DecodePlan(stored) is var plan && plan.Operation == record.Operation)
            {
                return new OperationStatus(
                    plan,
                    record,
                    page.Entries
                        .Select(report => KeyValuePair.Create(_keys.NodeOf(report.Key), OperationCodec.DecodeReport(report)))
                        .Where(report => report.Value.Operation == record.Operation)
                        .ToImmutableSortedDictionary(StringComparer.Ordinal));
            }
        }

        return null;
    }

    /// <summary>How the last restore of a backup ended before another operation took its place; null if none did.</summary>
    public async Task<EndedRestore?> FindEndedAsync(string backend, string id, CancellationToken cancellationToken) =>
        await _store.FindAsync(_keys.Ended(backend, id), cancellationToken) is { } entry ? OperationCodec.DecodeEnded(entry) : null;

    /// <summary>Waits until the record of an operation satisfies a condition, or another operation has taken its place.</summary>
    /// <returns>The record; null if another operation has taken its place.</returns>
    public async Task<OperationRecord?> WaitAsync(Guid operation, Func<OperationRecord, bool> condition, CancellationToken cancellationToken)
    {
        bool wasSeen = false;
        while (true)
        {
            Task changed = Control.Changed;
            OperationRecord? record = Control.Current.Record;
            bool isIt = record?.Operation == operation;
            wasSeen |= isIt;
            if (isIt && condition(record!))
            {
                return record;
            }

            if (!isIt && wasSeen)
            {
                return null;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>What keeps the end of an operation that another is about to take the place of.</summary>
    private async Task<ImmutableArray<ClusterPut>> KeepAsync(OperationRecord ended, CancellationToken cancellationToken)
    {
        if (ended.Kind != OperationKind.Restore
            || await _store.FindAsync(_keys.Plan, cancellationToken) is not { } entry
            || OperationCodec.DecodePlan(entry) is not { } plan || plan.Operation != ended.Operation)
        {
            return [];
        }

        return [new ClusterPut(_keys.Ended(plan.Backend, plan.Id), OperationCodec.Encode(new EndedRestore(plan.Started, ended)))];
    }
}
