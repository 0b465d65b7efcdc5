using Basalt.Backup;
using Basalt.Backup.Tests.Support;
using Basalt.Engine;
using Basalt.Server.Cluster;
using Basalt.Server.Cluster.Backups;
using Basalt.Tests.Support;

namespace Basalt.Server.Tests.Cluster.Backups;

/// <summary>The whole way with databases and a repository: the store's phases drive the library's shares.</summary>
public sealed class RealBackupTests : DisposableTest
{
    private readonly TemporaryDirectory _directory = new();
    private readonly InProcessClusterStore _store = new(TimeProvider.System);
    private readonly SortedDictionary<string, RealNode> _nodes = new(StringComparer.Ordinal);
    private readonly FileSystemBackend _backend;

    public RealBackupTests()
    {
        _backend = new FileSystemBackend(_directory["repository"]);
        foreach (int number in Enumerable.Range(1, 3))
        {
            RealNode node = Open($"n{number}");
            Contents.Fill(node.Database, $"Book/s{number}/objects", 300, seed: number);
            Contents.Fill(node.Database, "Book//schema", 1, seed: 9);
        }
    }

    [Fact]
    public async Task Create_ByThreeNodes_IsOneCausalBackupThatRestoresIntoOne()
    {
        OperationRecord end = await RunAsync();

        Assert.True(end.Phase == OperationPhase.Done, end.Error);
        await AssertRestoresAsync();
        await Eventually.TrueAsync(() => _nodes.Values.All(node => node.Database.Leases.Count == 0));
    }

    [Fact]
    public async Task Create_WhenANodeRestartsBetweenCutAndTransfer_GoesOnWithItsCut()
    {
        var reached = new TaskCompletionSource();
        _nodes["n2"].BeforeTransfer = async token =>
        {
            reached.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
        };
        Task<OperationRecord> running = RunAsync();
        await reached.Task.WaitAsync(FakeCluster.Patience);
        await _nodes["n2"].DisposeAsync();

        Open("n2");
        OperationRecord end = await running;

        Assert.True(end.Phase == OperationPhase.Done, end.Error);
        await AssertRestoresAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (RealNode node in _nodes.Values)
        {
            await node.DisposeAsync();
        }

        await _store.DisposeAsync();
        _directory.Dispose();
    }

    private RealNode Open(string name) => _nodes[name] = new RealNode(name, _directory[name], _backend, _store, () => ["n1", "n2", "n3"]);

    private async Task<OperationRecord> RunAsync()
    {
        var plan = new OperationPlan
        {
            Operation = Guid.CreateVersion7(),
            Kind = OperationKind.Create,
            Id = "b1",
            Backend = "filesystem",
            Classes = ["Book"],
            Participants = ["n1", "n2", "n3"],
            Started = DateTimeOffset.UtcNow,
        };
        await _nodes["n1"].Backups.StartAsync(plan, CancellationToken.None);
        return (await _nodes["n3"].Backups.WaitAsync(plan.Operation, record => record.IsFinal, CancellationToken.None).WaitAsync(FakeCluster.Patience))!;
    }

    private async Task AssertRestoresAsync()
    {
        var expected = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string key, string value) in _nodes.Values.SelectMany(node => Contents.Read(node.Database)))
        {
            expected[key] = value;
        }

        using Database target = Database.Open(_directory["target"], new DatabaseOptions());
        await using var service = new BackupService(target, _backend);
        Assert.True((await service.GetStatusAsync("b1"))!.IsCausal);
        await service.RestoreAsync("b1");
        Assert.Equal(expected, Contents.Read(target));
    }
}
