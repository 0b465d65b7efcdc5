using System.Collections.Immutable;
using Basalt.Backup;
using Basalt.Engine;
using Basalt.Server.Cluster;
using Basalt.Server.Cluster.Backups;

namespace Basalt.Server.Tests.Cluster.Backups;

/// <summary>A node with a database, its work for backups, and the coordinator's in the repository; restores are not among it.</summary>
internal sealed class RealNode : IShareWork, ICoordinatorWork, IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly BackupService _service;
    private readonly CreateShareWork _share;
    private readonly RepositoryCoordinator _repository;
    private readonly TimedCutClock _clock = new();
    private readonly Task _running;

    public RealNode(string name, string path, IBackupBackend backend, IClusterStore store, Func<IReadOnlyCollection<string>> members)
    {
        Database = Database.Open(path, new DatabaseOptions { Durability = Durability.Buffered });
        _service = new BackupService(Database, backend, new BackupOptions { NodeName = name, PackThresholdBytes = 1 << 10 });
        _share = new CreateShareWork((_, _) => Task.FromResult(_service), _clock, new NoClasses());
        _repository = new RepositoryCoordinator((_, _) => Task.FromResult(_service.Repository));
        Backups = new ClusterBackups(
            store,
            new BackupKeys("/c/backup/"),
            this,
            this,
            new ClusterBackupOptions
            {
                Node = name,
                Members = members,
                LockTimeToLive = TimeSpan.FromSeconds(2),
                TakeOverSpread = TimeSpan.FromMilliseconds(50),
                MemberPoll = TimeSpan.FromMilliseconds(50),
                Pause = TimeSpan.FromMilliseconds(50),
            });
        _running = Task.Run(() => Backups.RunAsync(_stop.Token));
    }

    public Database Database { get; }

    public ClusterBackups Backups { get; }

    /// <summary>Called before a transfer.</summary>
    public Func<CancellationToken, Task> BeforeTransfer { get; set; } = static _ => Task.CompletedTask;

    public BackupProgress? Progress => _share.Progress;

    public long Clock => _clock.Now;

    public Task PrepareAsync(OperationPlan plan, OperationRecord record, CancellationToken cancellationToken) =>
        _share.PrepareAsync(plan, record, cancellationToken);

    public Task<CutResult> CutAsync(OperationPlan plan, OperationRecord record, bool mayArm, CancellationToken cancellationToken) =>
        _share.CutAsync(plan, record, mayArm, cancellationToken);

    public async Task<StoredShare> TransferAsync(OperationPlan plan, OperationRecord record, CancellationToken cancellationToken)
    {
        await BeforeTransfer(cancellationToken);
        return await _share.TransferAsync(plan, record, cancellationToken);
    }

    public Task StageAsync(OperationPlan plan, OperationRecord record, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task SettleAsync(OperationRecord? record, CancellationToken cancellationToken) => _share.SettleAsync(record, cancellationToken);

    public Task<BackupTicket> ClaimAsync(OperationPlan plan, CancellationToken cancellationToken) => _repository.ClaimAsync(plan, cancellationToken);

    public Task<BackupTicket?> FindClaimAsync(OperationPlan plan, CancellationToken cancellationToken) => _repository.FindClaimAsync(plan, cancellationToken);

    public IAsyncDisposable KeepAlive(OperationPlan plan, BackupTicket ticket) => _repository.KeepAlive(plan, ticket);

    public Task<BackupState> CommitAsync(
        OperationPlan plan, BackupTicket ticket, ImmutableArray<StoredShare> shares, CancellationToken cancellationToken) =>
        _repository.CommitAsync(plan, ticket, shares, cancellationToken);

    public Task<BackupState> EndAsync(OperationPlan plan, BackupTicket ticket, bool isCanceled, string reason, CancellationToken cancellationToken) =>
        _repository.EndAsync(plan, ticket, isCanceled, reason, cancellationToken);

    public Task<Publication> PublishAsync(
        OperationPlan plan, OperationRecord record, ImmutableArray<ClusterCompare> fence, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ImmutableArray<KeyRange> LeftoversOf(OperationPlan plan) => [];

    /// <summary>The nodes have keyspaces and no catalog.</summary>
    private sealed class NoClasses : ICutSchema
    {
        public long DefinitionStamp => 0;

        public string DescribeDefinitions(ImmutableArray<string> classes) => "same";

        public string? FindOtherOwner(ImmutableArray<string> classes, IReadOnlyCollection<string> nodes) => null;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await _service.DisposeAsync();
        Database.Dispose();
    }
}
