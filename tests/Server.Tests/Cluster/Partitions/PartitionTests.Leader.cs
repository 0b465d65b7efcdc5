using Basalt.Server.Tests.Cluster.Support;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Cluster.Partitions;

public sealed partial class PartitionTests
{
    [Fact]
    public async Task Store_WhoseLeaderIsCutOff_GoesOnUnderAnother()
    {
        // As long as it is by default: an election takes longer than a lease of two seconds.
        await using ProcessCluster cluster = await ProcessCluster.StartOnNetworkAsync(3, 3, ("CLUSTER_LEASE_SECONDS", "10"));
        await CreateBooksAsync(cluster, BookCount);
        EtcdServer leader = Assert.Single(await LeadersAsync(cluster.EtcdMembers));
        EtcdServer[] rest = [.. cluster.EtcdMembers.Where(member => member != leader)];
        (string id, string backup) = NewBackup();
        using var writer = new RetryingWriter(cluster, 1000, 5);
        using var stop = new CancellationTokenSource();
        Task writing = writer.RunAsync(stop.Token);

        await cluster.Network.IsolateAsync($"etcd{cluster.EtcdMembers.IndexOf(leader) + 1}");
        await Books.AwaitAsync(async () => (await LeadersAsync(rest)).Length == 1);
        await Books.ReadyAsync(cluster);
        ApiResponse created = await cluster["n2"].Client.PostAsync("/v1/schema", """{"class":"Shelf"}""");
        await Books.StartAsync(cluster["n3"].Client, Books.Backups, $$"""{"id":"{{id}}"}""");
        await Books.ReachAsync(cluster["n1"].Client, backup, "SUCCESS");
        await cluster.Network.HealAsync();
        await stop.CancelAsync();
        await writing;
        await Books.ReadyAsync(cluster);

        created.Expect(200);
        writer.AssertNothingIsLost(await Books.AssertConsistentAsync(cluster));
        Assert.All(await ClassesAsync(cluster), classes => Assert.Equal(["Book", "Shelf"], classes));
    }

    private static async Task<EtcdServer[]> LeadersAsync(IEnumerable<EtcdServer> members)
    {
        EtcdServer[] asked = [.. members];
        bool[] lead = await Task.WhenAll(asked.Select(member => member.IsLeaderAsync()));
        return [.. asked.Where((_, i) => lead[i])];
    }
}
