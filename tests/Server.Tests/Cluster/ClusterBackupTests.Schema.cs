using Basalt.Backup.Tests.Support;
using Basalt.Server.Tests.Cluster.Support;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Cluster;

/// <remarks>Nodes apply a change of the schema one after the other; a cut must not show that.</remarks>
public sealed partial class ClusterBackupTests
{
    private const string Passing = """{"class":"Passing","shardingConfig":{"desiredCount":3},"properties":[{"name":"n","dataType":["int"]}]}""";

    [Fact]
    public async Task Backups_WhileAClassComesAndGoes_CanAllBeRestored()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(3);
        await using TestCluster other = await TestCluster.StartAsync(2, cluster.BackupPath);
        await ImportAsync(cluster["n1"]);
        using var stop = new CancellationTokenSource();
        Task<int> churn = Task.Run(() => ChurnAsync(cluster, stop.Token));
        int with = 0;
        for (int i = 0; i < 12; i++)
        {
            string id = $"b{i}";
            await BackUpAsync(cluster[$"n{1 + (i % 3)}"], id);

            await RestoreAsync(other["n1"], id);
            ApiResponse found = await other["n2"].Client.GetAsync("/v1/schema/Passing");
            with += found.Status == 200 ? 1 : 0;

            Assert.Equal(Objects, await CountAsync(other["n2"].Client));
            foreach (string name in (string[])["Book", "Passing"])
            {
                Assert.Equal(200, (await other["n1"].Client.DeleteAsync($"/v1/schema/{name}")).Status);
            }
        }

        await stop.CancelAsync();
        Assert.InRange(await churn, 12, int.MaxValue);
        Assert.InRange(with, 1, 12);
    }

    [Fact]
    public async Task Backup_OfAClassWithTenants_IsOfAllNodes_AlsoOfThoseThatHaveNoneYet()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(3);
        await cluster["n1"].Client.PostAsync("/v1/schema", """{"class":"Order","multiTenancyConfig":{"enabled":true}}""");

        await BackUpAsync(cluster["n1"], "b1");

        Assert.Equal(3, Directory.GetFiles(cluster.BackupPath, "node.json", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public async Task Delete_OfABackupThatIsBeingRestored_IsRefusedOnEveryNode()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(2);
        await ImportAsync(cluster["n1"]);
        await BackUpAsync(cluster["n1"], "b1");
        List<Gate> gates = [];
        await using TestCluster other = await TestCluster.StartAsync(2, cluster.BackupPath, backend =>
        {
            var gate = new Gate();
            gates.Add(gate);
            return new InterceptedBackend(backend) { BeforeOpen = key => key.Contains("/pack-", StringComparison.Ordinal) ? gate.PassAsync() : Task.CompletedTask };
        });
        await other["n1"].Client.PostAsync($"{Backups}/b1/restore", "{}");
        await Task.WhenAll(gates.Select(gate => gate.Reached));

        ApiResponse[] refused = [await other["n1"].Client.PostAsync($"{Backups}/b1/delete", "{}"), await other["n2"].Client.PostAsync($"{Backups}/b1/delete", "{}")];
        await cluster["n1"].Client.PostAsync($"{Backups}/b1/delete", "{}");
        gates.ForEach(gate => gate.Open());
        await AssertEndsAsync(other["n2"].Client, $"{Backups}/b1/restore", "SUCCESS");

        Assert.All(refused, answer => Assert.Equal(422, answer.Status));
        await AssertWholeAsync(other);
    }

    /// <summary>Creates and deletes a class, again and again, on one node after the other.</summary>
    private static async Task<int> ChurnAsync(TestCluster cluster, CancellationToken stop)
    {
        int times = 0;
        for (; !stop.IsCancellationRequested; times++)
        {
            ApiClient client = cluster[$"n{1 + (times % 3)}"].Client;
            ApiResponse created = await client.PostAsync("/v1/schema", Passing);
            Assert.True(created.Status == 200, created.Text);
            for (int i = 0; i < 6; i++)
            {
                ApiResponse written = await client.PostAsync("/v1/objects", $$$"""{"class":"Passing","id":"{{{Id(i)}}}","properties":{"n":{{{i}}}}}""");
                Assert.True(written.Status == 200, written.Text);
            }

            ApiResponse deleted = await client.DeleteAsync("/v1/schema/Passing");
            Assert.True(deleted.Status == 200, deleted.Text);
        }

        return times;
    }
}
