using System.Diagnostics;
using System.Globalization;
using Basalt.Server.Cluster;
using Basalt.Server.Cluster.Backups;
using Basalt.Tests.Support;
using Xunit.Abstractions;

namespace Basalt.Server.Tests.Cluster.Backups;

/// <summary>
/// What a backup costs the store with many nodes: the real coordinator and participants, around a store in memory, with work that takes no time.
/// server/Cluster/SCALE.md has the figures; BASALT_SCALE_NODES sets the number of nodes.
/// </summary>
public sealed class ScaleTests(ITestOutputHelper output)
{
    private const int ControlChanges = 14;

    private static int NodeCount =>
        int.Parse(Environment.GetEnvironmentVariable("BASALT_SCALE_NODES") ?? "200", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData((int)OperationKind.Create)]
    [InlineData((int)OperationKind.Restore)]
    public async Task Operation_OfManyNodes_CostsTheStoreAFewRequestsPerNode(int kind)
    {
        int count = NodeCount;
        await using var memory = new InProcessClusterStore(TimeProvider.System, maxHistory: 1_000_000);
        var store = new CountingStore(memory);
        var keys = new BackupKeys("/basalt/backup/");
        var repository = new FakeRepository(TimeProvider.System);
        string[] names = [.. Enumerable.Range(1, count).Select(number => $"node-{number:d4}.example")];
        var disks = names.ToDictionary(name => name, _ => new FakeDisk(), StringComparer.Ordinal);
        var works = names.ToDictionary(name => name, name => new FakeShareWork(name, disks[name], repository, TimeProvider.System), StringComparer.Ordinal);
        ClusterBackups[] nodes =
        [
            .. names.Select(name => new ClusterBackups(
                store,
                keys,
                works[name],
                repository,
                new ClusterBackupOptions { Node = name, Members = () => names })),
        ];
        using var stop = new CancellationTokenSource();
        Task running = Task.WhenAll(nodes.Select(node => Task.Run(() => node.RunAsync(stop.Token))));
        var plan = new OperationPlan
        {
            Operation = Guid.CreateVersion7(),
            Kind = (OperationKind)kind,
            Id = "nightly-2030-01-01",
            Backend = "s3",
            Classes = [.. Enumerable.Range(1, 100).Select(number => $"Collection{number:d3}")],
            Participants = [.. names],
            Started = DateTimeOffset.UtcNow,
        };
        await Task.WhenAll(nodes.Select(node => node.Control.Known));
        long started = Stopwatch.GetTimestamp();

        await nodes[0].StartAsync(plan, CancellationToken.None);
        OperationRecord end = (await nodes[^1].WaitAsync(plan.Operation, record => record.IsFinal, CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(10)))!;
        await Eventually.TrueAsync(() => works.Values.All(work => work.Settled == (plan.Operation, true)));
        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        await stop.CancelAsync();
        await running;

        Report(store, plan, end, elapsed);
        Assert.True(end.Phase == OperationPhase.Done, $"{end.Phase}: {end.Error}");
        int reportsPerNode = plan.Kind == OperationKind.Create ? 1 + end.Round + 1 : 1;
        Assert.InRange(store["write report"].Count, count, (long)count * reportsPerNode);
        Assert.True(store["write record"].Count + store["write record+plan"].Count + store["write record+published"].Count <= ControlChanges + end.Round);
        Assert.InRange(store["read plan"].Count, 1, count + 2);
        Assert.True(store["event record"].Count <= (long)count * (ControlChanges + end.Round));

        // The coordinator alone is told of reports; nobody else is.
        Assert.True(store["event report"].Count <= store["write report"].Count, "more than one node watched the reports");
        Assert.True(store["event record"].Bytes / store["event record"].Count < 1_000, "the record grew with the number of nodes");
    }

    private void Report(CountingStore store, OperationPlan plan, OperationRecord end, TimeSpan elapsed)
    {
        output.WriteLine($"{plan.Kind} of {plan.Participants.Length} nodes: {end.Phase} after {elapsed.TotalSeconds:f1} s, {end.Round} rounds");
        foreach ((string kind, (long count, long bytes)) in store.Counts)
        {
            output.WriteLine($"{kind,-28} {count,9} {bytes,12} bytes {(double)count / plan.Participants.Length,8:f2} per node");
        }
    }
}
