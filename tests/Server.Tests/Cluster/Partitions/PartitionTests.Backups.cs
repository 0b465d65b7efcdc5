using Basalt.Server.Tests.Cluster.Support;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Cluster.Partitions;

public sealed partial class PartitionTests
{
    // A third of them takes a node some seconds: it transfers 1 MiB in each.
    private const int ManyBooks = 600;
    private const int BookBytes = 10_000;

    [Fact]
    public async Task Backup_WhoseParticipantIsCutOff_WaitsForItAndIsWhatWasThereAtItsCut()
    {
        ProcessCluster cluster = await shared.BeginAsync();
        (string id, string backup) = NewBackup();
        await CreateBooksAsync(cluster, ManyBooks, BookBytes);
        await Books.StartAsync(cluster["n1"].Client, Books.Backups, $$"""{"id":"{{id}}"}""");
        await Books.ReachAsync(cluster["n1"].Client, backup, "TRANSFERRING");

        await cluster.Network.IsolateAsync("n2");
        await GoneAsync(cluster, "n2");
        int[] later = [.. Enumerable.Range(ManyBooks, 60)];
        ApiResponse[] written = await Task.WhenAll(later.Select(i => cluster["n1"].Client.PostAsync("/v1/objects", Books.Small(i, i))));
        ApiResponse[] statuses = await Task.WhenAll(cluster.Nodes.Select(node => cluster[node].Client.GetAsync(backup)));
        await cluster.Network.HealAsync();
        await Task.WhenAll(cluster.Nodes.Select(node => Books.ReachAsync(cluster[node].Client, backup, "SUCCESS")));

        Assert.Equal([200, 503, 200], statuses.Select(status => status.Status));
        Assert.Equal([200, 503], written.Select(answer => answer.Status).Distinct().Order());
        await DeleteBooksAsync(cluster);
        await Books.StartAsync(cluster["n2"].Client, $"{backup}/restore", "{}");
        await Books.ReachAsync(cluster["n3"].Client, $"{backup}/restore", "SUCCESS");
        Assert.Equal(Enumerable.Range(0, ManyBooks), (await Books.AssertConsistentAsync(cluster)).Keys.Order());
    }

    [Fact]
    public async Task Backup_WhoseCoordinatorIsCutOff_IsCarriedOnByAnother()
    {
        ProcessCluster cluster = await shared.BeginAsync();
        (string id, string backup) = NewBackup();
        await CreateBooksAsync(cluster, ManyBooks, BookBytes);
        await Books.StartAsync(cluster["n1"].Client, Books.Backups, $$"""{"id":"{{id}}"}""");
        await Books.ReachAsync(cluster["n2"].Client, backup, "TRANSFERRING");
        string? first = await CoordinatorAsync(cluster);

        await cluster.Network.IsolateAsync("n1");
        await Books.AwaitAsync(async () => await CoordinatorAsync(cluster) is not (null or "n1"));
        await cluster.Network.HealAsync();
        await Task.WhenAll(cluster.Nodes.Select(node => Books.ReachAsync(cluster[node].Client, backup, "SUCCESS")));

        Assert.Equal("n1", first);
        await DeleteBooksAsync(cluster);
        await Books.StartAsync(cluster["n3"].Client, $"{backup}/restore", "{}");
        await Books.ReachAsync(cluster["n1"].Client, $"{backup}/restore", "SUCCESS");
        Assert.Equal(Enumerable.Range(0, ManyBooks), (await Books.AssertConsistentAsync(cluster)).Keys.Order());
    }

    [Fact]
    public async Task Restore_WhoseParticipantIsCutOff_ShowsAllOnAllNodesOrNothingOnAny()
    {
        ProcessCluster cluster = await shared.BeginAsync();
        (string id, string backup) = NewBackup();
        await cluster["n1"].Client.PostAsync("/v1/schema", """{"class":"Shelf"}""");
        await CreateBooksAsync(cluster, ManyBooks, BookBytes);
        await Books.StartAsync(cluster["n1"].Client, Books.Backups, $$"""{"id":"{{id}}"}""");
        await Books.ReachAsync(cluster["n1"].Client, backup, "SUCCESS");
        await DeleteBooksAsync(cluster);
        await cluster["n1"].Client.DeleteAsync("/v1/schema/Shelf");

        // Canceled while a node does not hear of it.
        await Books.StartAsync(cluster["n1"].Client, $"{backup}/restore", "{}");
        await cluster.Network.IsolateAsync("n2");
        await GoneAsync(cluster, "n2");
        (await cluster["n3"].Client.DeleteAsync($"{backup}/restore")).Expect(204);
        await cluster.Network.HealAsync();
        await Books.ReadyAsync(cluster);
        await Task.WhenAll(cluster.Nodes.Select(node => Books.ReachAsync(cluster[node].Client, $"{backup}/restore", "CANCELED")));
        Assert.All(await ClassesAsync(cluster), Assert.Empty);

        // And once more, to its end.
        await Books.StartAsync(cluster["n1"].Client, $"{backup}/restore", "{}");
        await cluster.Network.IsolateAsync("n2");
        await GoneAsync(cluster, "n2");
        string[][] meanwhile = await ClassesAsync(cluster, "n1", "n3");
        await cluster.Network.HealAsync();
        await Books.ReachAsync(cluster["n3"].Client, $"{backup}/restore", "SUCCESS");

        Assert.All(meanwhile, Assert.Empty);
        Assert.All(await ClassesAsync(cluster), classes => Assert.Equal(["Book", "Shelf"], classes));
        Assert.Equal(Enumerable.Range(0, ManyBooks), (await Books.AssertConsistentAsync(cluster)).Keys.Order());
    }

    private static (string Id, string Path) NewBackup()
    {
        string id = $"b{Guid.NewGuid():N}";
        return (id, $"{Books.Backups}/{id}");
    }

    /// <summary>Waits until the store has a node for gone.</summary>
    private static Task GoneAsync(ProcessCluster cluster, string node) =>
        Books.AwaitAsync(async () => await cluster.EtcdMembers[0].FindAsync($"/basalt/members/{node}") is null);

    private static async Task<string?> CoordinatorAsync(ProcessCluster cluster) =>
        (await cluster.Etcd.FindAsync("/basalt/backup/control/lock"))?.Split(' ')[0];

    private static async Task DeleteBooksAsync(ProcessCluster cluster) => (await cluster["n1"].Client.DeleteAsync("/v1/schema/Book")).Expect(200);

    private static Task<string[][]> ClassesAsync(ProcessCluster cluster, params string[] nodes) =>
        Task.WhenAll((nodes.Length == 0 ? cluster.Nodes : nodes).Select(async node =>
        {
            ApiResponse schema = (await cluster[node].Client.GetAsync("/v1/schema")).Expect(200);
            return schema.Json.GetProperty("classes").EnumerateArray().Select(found => found.GetProperty("class").GetString()!).Order(StringComparer.Ordinal).ToArray();
        }));
}
