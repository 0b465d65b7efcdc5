using Basalt.Server.Cluster.Backups;

namespace Basalt.Server.Tests.Cluster.Backups;

/// <summary>One run of a node's process in a <see cref="FakeCluster"/>.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public NodeProcess(string node, FakeCluster cluster, FakeDisk disk)
    {
        Store = new KillableStore(cluster.Store);
        Work = new FakeShareWork(node, disk, cluster.Repository, TimeProvider.System);
        var options = new ClusterBackupOptions
        {
            Node = node,
            Members = cluster.Members,
            Limits = cluster.Limits,
            LockTimeToLive = TimeSpan.FromMilliseconds(600),
            TakeOverSpread = TimeSpan.FromMilliseconds(20),
            MemberPoll = TimeSpan.FromMilliseconds(20),
            Pause = TimeSpan.FromMilliseconds(20),
            SettlePatience = TimeSpan.FromMilliseconds(200),
        };
        Backups = new ClusterBackups(Store, cluster.Keys, Work, cluster.Repository, options);
    }

    public KillableStore Store { get; }

    public FakeShareWork Work { get; }

    public ClusterBackups Backups { get; }

    public void Run() => _running = Backups.RunAsync(_stop.Token);

    /// <summary>Nothing it does arrives any more, and it ends in its own time.</summary>
    public void Kill()
    {
        Store.Kill();
        _ = _stop.CancelAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(FakeCluster.Patience);
    }
}
