using System.Globalization;
using System.Text.Json;
using Basalt.Server.Cluster.Backups;
using Basalt.Server.Schema;
using Basalt.Server.Tests.Cluster.Support;
using Basalt.Server.Tests.Support;
using Basalt.Tests.Support;

namespace Basalt.Server.Tests.Cluster;

/// <summary>Backups and restores of several nodes, as clients see them on any of these.</summary>
public sealed partial class ClusterBackupTests
{
    private const string Book = """{"class":"Book","properties":[{"name":"title","dataType":["text"]},{"name":"pages","dataType":["int"]}]}""";
    private const string Backups = "/v1/backups/filesystem";
    private const int Objects = 60;

    [Fact]
    public async Task Backup_OfThreeNodes_IsRestoredIntoThemAfterTheClassWasDeleted()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(3);
        await ImportAsync(cluster["n1"]);

        await BackUpAsync(cluster["n2"], "b1");
        await cluster["n3"].Client.DeleteAsync("/v1/schema/Book");
        await RestoreAsync(cluster["n3"], "b1");

        await AssertWholeAsync(cluster);
        Assert.All(cluster.Nodes, node => Assert.Single(node.Host.Catalog.Get("Book").Shards));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public async Task Backup_OfThreeNodes_IsRestoredIntoAnyNumber(int count)
    {
        await using TestCluster cluster = await TestCluster.StartAsync(3);
        await ImportAsync(cluster["n1"]);
        await BackUpAsync(cluster["n1"], "b1");

        await using TestCluster other = await TestCluster.StartAsync(count, cluster.BackupPath);
        await RestoreAsync(other.Nodes.Last(), "b1");

        await AssertWholeAsync(other);
        Assert.Equal(3, other.Nodes.Sum(node => node.Host.Catalog.Get("Book").Shards.Count()));
        Assert.Equal(Math.Min(3, count), other.Nodes.Count(node => node.Host.Catalog.Get("Book").Shards.Any()));
    }

    [Fact]
    public async Task Backup_OfACluster_IsRestoredByAServerAlone_AndTheOtherWayRound()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(3);
        await ImportAsync(cluster["n1"]);
        await BackUpAsync(cluster["n1"], "b1");

        await using TestServer alone = await TestServer.StartAsync(settings => settings with { FileSystemBackupPath = cluster.BackupPath });
        await alone.Client.PostAsync($"{Backups}/b1/restore", "{}");
        await AssertEndsAsync(alone.Client, $"{Backups}/b1/restore", "SUCCESS");
        int found = await CountAsync(alone.Client);
        await alone.Client.PostAsync(Backups, """{"id":"b2"}""");
        await AssertEndsAsync(alone.Client, $"{Backups}/b2", "SUCCESS");
        await cluster["n1"].Client.DeleteAsync("/v1/schema/Book");
        await RestoreAsync(cluster["n2"], "b2");

        Assert.Equal(Objects, found);
        await AssertWholeAsync(cluster);
    }

    [Fact]
    public async Task Restore_WithAMapping_PutsWhatANodeHadOnItsSuccessor()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(2);
        await ImportAsync(cluster["n1"]);
        await BackUpAsync(cluster["n1"], "b1");
        string[] before = [.. cluster["n1"].Host.Catalog.Get("Book").Shards.Select(shard => shard.Name)];
        await using TestCluster other = await TestCluster.StartAsync(0, cluster.BackupPath);
        await other.StartNodeAsync("n2");
        await other.StartNodeAsync("x1");

        ApiResponse wrong = await other["x1"].Client.PostAsync($"{Backups}/b1/restore", """{"node_mapping":{"n9":"x1"}}""");
        await RestoreAsync(other["x1"], "b1", """{"node_mapping":{"n1":"x1"}}""");

        Assert.Equal(422, wrong.Status);
        Assert.Equal(before, other["x1"].Host.Catalog.Get("Book").Shards.Select(shard => shard.Name));
        await AssertWholeAsync(other);
    }

    [Fact]
    public async Task Restore_OfAClassWithTenants_FindsEachOfThem_AndTakesNewOnes()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(3);
        await cluster["n1"].Client.PostAsync("/v1/schema", """{"class":"Order","multiTenancyConfig":{"enabled":true},"properties":[{"name":"n","dataType":["int"]}]}""");
        await cluster["n1"].Client.PostAsync("/v1/schema/Order/tenants", $"[{string.Join(',', Enumerable.Range(0, 150).Select(i => $$"""{"name":"t{{i}}"}"""))}]");
        ApiResponse imported = await cluster["n1"].Client.PostAsync(
            "/v1/batch/objects", $$"""{"objects":[{{string.Join(',', Enumerable.Range(0, 150).Select(Order))}}]}""");
        Assert.True(imported.Status == 200 && !imported.Text.Contains("FAILED", StringComparison.Ordinal), imported.Text);
        Assert.Equal(150, cluster.Nodes.Sum(node => node.Host.Catalog.Get("Order").Shards.Sum(shard => shard.ObjectCount)));
        await BackUpAsync(cluster["n3"], "b1");

        await using TestCluster other = await TestCluster.StartAsync(2, cluster.BackupPath);
        await RestoreAsync(other["n1"], "b1");
        ApiResponse added = await other["n2"].Client.PostAsync("/v1/schema/Order/tenants", """[{"name":"fresh"}]""");
        ApiResponse written = await other["n1"].Client.PostAsync("/v1/objects", $$$"""{"class":"Order","tenant":"fresh","id":"{{{Id(999)}}}","properties":{"n":999}}""");

        Assert.True(added.Status == 200, added.Text);
        Assert.True(written.Status == 200, written.Text);
        for (int i = 0; i < 150; i += 7)
        {
            ApiResponse read = await other[i % 2 == 0 ? "n1" : "n2"].Client.GetAsync($"/v1/objects/Order/{Id(i)}?tenant=t{i}");
            Assert.True(read.Status == 200, $"tenant t{i}: {read.Status} {read.Text}");
        }

        Assert.Equal(151, other.Nodes.Sum(node => node.Host.Catalog.Get("Order").Shards.Count()));
        Assert.Empty(other["n2"].Host.Catalog.Get("Order").Record.Shards);

        // A tenant stays where the restore has put it, whatever becomes of its state and of its node.
        TestCluster.Node before = other["n2"];
        string moved = before.Host.Catalog.Get("Order").Tenants.First(tenant =>
            tenant.Value.Node == "n2" && ShardPlacement.NodeOf(tenant.Key, before.Host.Catalog.Get("Order").Record.Nodes) == "n1").Key;
        foreach (string status in (string[])["COLD", "HOT"])
        {
            ApiResponse changed = await other["n1"].Client.PutAsync("/v1/schema/Order/tenants", $$"""[{"name":"{{moved}}","activityStatus":"{{status}}"}]""");
            Assert.True(changed.Status == 200, changed.Text);
        }

        await other.StopNodeAsync("n2");
        await other.StartNodeAsync("n2");
        ApiResponse again = await other["n2"].Client.GetAsync($"/v1/objects/Order/{Id(int.Parse(moved[1..], CultureInfo.InvariantCulture))}?tenant={moved}");
        Assert.True(again.Status == 200, again.Text);
        Assert.NotNull(other["n2"].Host.Catalog.Get("Order").Tenants[moved].Shard.Local);
    }

    [Fact]
    public async Task Restore_OfClassesThatExist_IsRefusedAndChangesNothing()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(2);
        await ImportAsync(cluster["n1"]);
        await BackUpAsync(cluster["n1"], "b1");

        ApiResponse refused = await cluster["n2"].Client.PostAsync($"{Backups}/b1/restore", "{}");
        await RestoreAsync(cluster["n2"], "b1", """{"rename":{"Book":"Novel"}}""");

        Assert.Equal(422, refused.Status);
        await AssertWholeAsync(cluster);
        Assert.Equal(Objects, await CountAsync(cluster["n1"].Client, "Novel"));
    }

    [Fact]
    public async Task Restore_ThatOtherOperationsFollow_IsStillToldOf()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(2);
        await ImportAsync(cluster["n1"]);
        await BackUpAsync(cluster["n1"], "b1");
        await RestoreAsync(cluster["n1"], "b1", """{"rename":{"Book":"Novel"}}""");

        await BackUpAsync(cluster["n2"], "b2");
        await RestoreAsync(cluster["n2"], "b2", """{"rename":{"Book":"Poem"},"include":["Book"]}""");
        ApiResponse told = await cluster["n2"].Client.GetAsync($"{Backups}/b1/restore");
        ApiResponse canceled = await cluster["n1"].Client.DeleteAsync($"{Backups}/b1/restore");
        ApiResponse never = await cluster["n1"].Client.GetAsync($"{Backups}/b3/restore");

        Assert.Equal("SUCCESS", told.Expect(200).Json.GetProperty("status").GetString());
        Assert.Equal((422, 404), (canceled.Status, never.Status));
    }

    [Fact]
    public async Task Backup_WhileAnotherIsMade_IsRefused_AndCancelWorksFromAnyNode()
    {
        var gate = new TaskCompletionSource();
        await using TestCluster cluster = await TestCluster.StartAsync(2, decorate: backend => new HeldBackend(backend, gate.Task));
        await ImportAsync(cluster["n1"]);
        await cluster["n1"].Client.PostAsync(Backups, """{"id":"b1"}""");
        await AssertReachesAsync(cluster["n2"].Client, $"{Backups}/b1", "TRANSFERRING");

        ApiResponse busy = await cluster["n2"].Client.PostAsync(Backups, """{"id":"b2"}""");
        ApiResponse canceled = await cluster["n2"].Client.DeleteAsync($"{Backups}/b1");
        ApiResponse status = await cluster["n1"].Client.GetAsync($"{Backups}/b1");
        gate.SetResult();

        Assert.Equal(422, busy.Status);
        Assert.Contains("already in progress", busy.Text, StringComparison.Ordinal);
        Assert.Equal(204, canceled.Status);
        Assert.Contains("CANCELED", status.Text, StringComparison.Ordinal);
        await BackUpAsync(cluster["n2"], "b3");
    }

    [Theory]
    [InlineData("n1")]
    [InlineData("n2")]
    public async Task Backup_WhoseParticipantOrCoordinatorRestarts_GoesOn(string victim)
    {
        var gate = new TaskCompletionSource();
        await using TestCluster cluster = await TestCluster.StartAsync(3, decorate: backend => new HeldBackend(backend, gate.Task));
        await ImportAsync(cluster["n1"]);
        await cluster["n1"].Client.PostAsync(Backups, """{"id":"b1"}""");
        await AssertReachesAsync(cluster["n3"].Client, $"{Backups}/b1", "TRANSFERRING");

        await cluster.StopNodeAsync(victim);
        gate.SetResult();
        await cluster.StartNodeAsync(victim);
        await AssertReachesAsync(cluster["n3"].Client, $"{Backups}/b1", "SUCCESS");
        await cluster["n3"].Client.DeleteAsync("/v1/schema/Book");
        await RestoreAsync(cluster["n2"], "b1");

        await AssertWholeAsync(cluster);
    }

    [Fact]
    public async Task Backup_WhoseParticipantStaysAway_FailsNamingIt()
    {
        var gate = new TaskCompletionSource();
        await using TestCluster cluster = await TestCluster.StartAsync(
            2, decorate: backend => new HeldBackend(backend, gate.Task), limits: new CoordinatorLimits { Absence = TimeSpan.FromSeconds(1) });
        await ImportAsync(cluster["n1"]);
        await cluster["n1"].Client.PostAsync(Backups, """{"id":"b1"}""");
        await AssertReachesAsync(cluster["n1"].Client, $"{Backups}/b1", "TRANSFERRING");

        await cluster.StopNodeAsync("n2");
        await AssertReachesAsync(cluster["n1"].Client, $"{Backups}/b1", "FAILED");
        gate.SetResult();

        Assert.Contains("n2", (await cluster["n1"].Client.GetAsync($"{Backups}/b1")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backup_ToDirectoriesThatAreNotShared_IsRefused()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(2, isShared: false);
        await ImportAsync(cluster["n1"]);

        ApiResponse refused = await cluster["n1"].Client.PostAsync(Backups, """{"id":"b1"}""");

        Assert.Equal(422, refused.Status);
        Assert.Contains("BACKUP_FILESYSTEM_SHARED", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backup_WithANodeOfTheClassAway_IsRefusedNamingIt()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(2);
        await ImportAsync(cluster["n1"]);
        await cluster.StopNodeAsync("n2");
        await Eventually.TrueAsync(() => cluster["n1"].Host.Cluster!.Members.Members.Count == 1);

        ApiResponse refused = await cluster["n1"].Client.PostAsync(Backups, """{"id":"b1"}""");

        Assert.Equal(503, refused.Status);
        Assert.Contains("n2", refused.Text, StringComparison.Ordinal);
    }

    private static string Order(int number) =>
        $$$"""{"class":"Order","tenant":"t{{{number}}}","id":"{{{Id(number)}}}","properties":{"n":{{{number}}} }}""";

    private static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"{number * 40503 % 65536:x8}-0000-4000-8000-{number:x12}");

    private static async Task ImportAsync(TestCluster.Node node)
    {
        ApiResponse created = await node.Client.PostAsync("/v1/schema", Book);
        Assert.Equal(200, created.Status);
        string objects = string.Join(',', Enumerable.Range(0, Objects).Select(i =>
            $$$"""{"class":"Book","id":"{{{Id(i)}}}","properties":{"title":"Book {{{i}}}","pages":{{{i}}}},"vector":[{{{i}}},1]}"""));
        ApiResponse imported = await node.Client.PostAsync("/v1/batch/objects", $$"""{"objects":[{{objects}}]}""");
        Assert.Equal(200, imported.Status);
    }

    private static async Task BackUpAsync(TestCluster.Node node, string id)
    {
        ApiResponse started = await node.Client.PostAsync(Backups, $$"""{"id":"{{id}}"}""");
        Assert.True(started.Status == 200, started.Text);
        await AssertEndsAsync(node.Client, $"{Backups}/{id}", "SUCCESS");
    }

    private static async Task RestoreAsync(TestCluster.Node node, string id, string body = "{}")
    {
        ApiResponse started = await node.Client.PostAsync($"{Backups}/{id}/restore", body);
        Assert.True(started.Status == 200, started.Text);
        await AssertEndsAsync(node.Client, $"{Backups}/{id}/restore", "SUCCESS");
    }

    private static Task AssertReachesAsync(ApiClient client, string path, string expected) => AssertEndsAsync(client, path, expected, isFinal: false);

    private static async Task AssertEndsAsync(ApiClient client, string path, string expected, bool isFinal = true)
    {
        while (true)
        {
            ApiResponse status = await client.GetAsync(path);
            Assert.True(status.Status == 200, status.Text);
            using var document = JsonDocument.Parse(status.Text);
            string state = document.RootElement.GetProperty("status").GetString()!;
            if ((!isFinal && state == expected) || state is "SUCCESS" or "FAILED" or "CANCELED")
            {
                Assert.True(state == expected, status.Text);
                return;
            }

            // The nodes need the processor to get there.
            await Task.Delay(TimeSpan.FromMilliseconds(5));
        }
    }

    private static async Task AssertWholeAsync(TestCluster cluster)
    {
        foreach (TestCluster.Node node in cluster.Nodes)
        {
            Assert.Equal(Objects, await CountAsync(node.Client));
            for (int i = 0; i < Objects; i += 13)
            {
                ApiResponse read = await node.Client.GetAsync($"/v1/objects/Book/{Id(i)}?include=vector");
                Assert.True(read.Status == 200, read.Text);
                Assert.Contains($"\"Book {i}\"", read.Text, StringComparison.Ordinal);
            }
        }
    }

    private static async Task<int> CountAsync(ApiClient client, string className = "Book")
    {
        ApiResponse answer = await client.PostAsync("/v1/graphql", $$"""{"query":"{ Aggregate { {{className}} { meta { count } } } }"}""");
        using var document = JsonDocument.Parse(answer.Text);
        Assert.False(document.RootElement.TryGetProperty("errors", out _), answer.Text);
        return document.RootElement.GetProperty("data").GetProperty("Aggregate").GetProperty(className)[0].GetProperty("meta").GetProperty("count").GetInt32();
    }
}
