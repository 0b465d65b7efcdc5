using System.Collections.Concurrent;
using Basalt.Server.Cluster;
using Basalt.Server.Cluster.Backups;

namespace Basalt.Server.Tests.Cluster.Backups;

/// <summary>Nodes of one cluster in this process, around one store and one repository; each can be killed and started again.</summary>
internal sealed class FakeCluster : IAsyncDisposable
{
    /// <summary>Far longer than anything takes; tests that need it have failed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<string, NodeProcess> _processes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, FakeDisk> _disks = new(StringComparer.Ordinal);

    public FakeCluster(int nodes)
    {
        Store = new InProcessClusterStore(TimeProvider.System);
        Repository = new FakeRepository(TimeProvider.System);
        foreach (int number in Enumerable.Range(1, nodes))
        {
            Start($"n{number}");
        }
    }

    public InProcessClusterStore Store { get; }

    public BackupKeys Keys { get; } = new("/c/backup/");

    public FakeRepository Repository { get; }

    public CoordinatorLimits Limits { get; set; } = new() { Margin = TimeSpan.FromMilliseconds(30) };

    public IEnumerable<NodeProcess> Processes => _processes.Values;

    public NodeProcess this[string node] => _processes[node];

    public FakeDisk DiskOf(string node) => _disks[node];

    /// <summary>Starts a process of a node on what earlier ones left.</summary>
    public NodeProcess Start(string node, Action<NodeProcess>? prepare = null)
    {
        var process = new NodeProcess(node, this, _disks.GetOrAdd(node, _ => new FakeDisk()));
        prepare?.Invoke(process);
        _processes[node] = process;
        process.Run();
        return process;
    }

    /// <summary>Ends a process as kill -9 does.</summary>
    public void Kill(string node)
    {
        if (_processes.TryRemove(node, out NodeProcess? process))
        {
            process.Kill();
        }
    }

    public IReadOnlyCollection<string> Members() => [.. _processes.Keys];

    public OperationPlan Plan(OperationKind kind = OperationKind.Create, string id = "b1") => new()
    {
        Operation = Guid.CreateVersion7(),
        Kind = kind,
        Id = id,
        Backend = "filesystem",
        Classes = ["Book"],
        Participants = [.. _disks.Keys.Order(StringComparer.Ordinal)],
        Started = DateTimeOffset.UtcNow,
    };

    /// <summary>Waits for the end of an operation, as a node that lives tells it.</summary>
    public async Task<OperationRecord> EndOfAsync(OperationPlan plan, string node) =>
        (await this[node].Backups.WaitAsync(plan.Operation, record => record.IsFinal, CancellationToken.None).WaitAsync(Patience))!;

    public async ValueTask DisposeAsync()
    {
        foreach (NodeProcess process in _processes.Values)
        {
            await process.DisposeAsync();
        }

        await Store.DisposeAsync();
    }
}
