using Basalt.Server.Tests.Cluster.Support;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Cluster.Partitions;

public sealed partial class PartitionTests
{
    [Fact]
    public async Task Store_WhoseLeaderIsCutOff_GoesOnUnderAnother()
    {
        await using ProcessCluster cluster = await StartAsync(members: 3);
        EtcdServer[] leaders = await LeadersAsync(cluster.EtcdMembers);
        EtcdServer leader = Assert.Single(leaders);
        EtcdServer[] rest = [.. cluster.EtcdMembers.Where(member => member != leader)];
        using var writer = new RetryingWriter(cluster, 1000, 5);
        using var stop = new CancellationTokenSource();
        Task writing = writer.RunAsync(stop.Token);

        await cluster.Network.IsolateAsync($"etcd{cluster.EtcdMembers.IndexOf(leader) + 1}");
        await Books.AwaitAsync(async () => (await LeadersAsync(rest)).Length == 1);
        await Books.ReadyAsync(cluster);
        ApiResponse created = await cluster["n2"].Client.PostAsync("/v1/schema", """{"class":"Shelf"}""");
        await Books.StartAsync(cluster["n3"].Client, Books.Backups, """{"id":"b1"}""");
        await Books.ReachAsync(cluster["n1"].Client, Backup, "SUCCESS");
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
