using System.Globalization;
using System.Text.Json;
using Basalt.Server.Tests.Cluster.Support;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Cluster.Faults;

/// <summary>Nodes as processes on a real etcd, and what happens to them in the field: killed, paused, cut off; etcd itself killed.</summary>
public sealed class ClusterFaultTests
{
    private const string Book = """{"class":"Book","properties":[{"name":"pages","dataType":["int"]}]}""";
    private const string Backups = "/v1/backups/filesystem";

    [Fact]
    public async Task Backup_WhoseCoordinatorIsKilled_IsTakenOverAndRestoresAllThatWasAcknowledged()
    {
        await using ProcessCluster cluster = await ProcessCluster.StartAsync(3, ("BACKUP_MAX_RATE", "1M"));
        await cluster["n1"].Client.PostAsync("/v1/schema", Book);
        await ImportAsync(cluster["n2"].Client, 0, 3000);
        await cluster["n1"].Client.PostAsync(Backups, """{"id":"b1"}""");
        await ReachAsync(cluster["n2"].Client, $"{Backups}/b1", "TRANSFERRING");

        await cluster.KillAsync("n1");
        await cluster.StartNodeAsync("n1");
        await ReachAsync(cluster["n2"].Client, $"{Backups}/b1", "SUCCESS");
        await cluster["n3"].Client.DeleteAsync("/v1/schema/Book");
        await cluster["n3"].Client.PostAsync($"{Backups}/b1/restore", "{}");
        await ReachAsync(cluster["n1"].Client, $"{Backups}/b1/restore", "SUCCESS");

        foreach (string node in cluster.Nodes)
        {
            Assert.Equal(3000, await CountAsync(cluster[node].Client));
        }
    }

    [Fact]
    public async Task Restore_WhoseParticipantIsKilled_EndsWhole()
    {
        await using ProcessCluster cluster = await ProcessCluster.StartAsync(3, ("BACKUP_MAX_RATE", "1M"));
        await cluster["n1"].Client.PostAsync("/v1/schema", Book);
        await ImportAsync(cluster["n1"].Client, 0, 3000);
        await cluster["n1"].Client.PostAsync(Backups, """{"id":"b1"}""");
        await ReachAsync(cluster["n1"].Client, $"{Backups}/b1", "SUCCESS");
        await cluster["n1"].Client.DeleteAsync("/v1/schema/Book");

        await cluster["n1"].Client.PostAsync($"{Backups}/b1/restore", "{}");
        ApiResponse hidden = await cluster["n1"].Client.GetAsync("/v1/schema/Book");
        await cluster.KillAsync("n2");
        await cluster.StartNodeAsync("n2");
        await ReachAsync(cluster["n3"].Client, $"{Backups}/b1/restore", "SUCCESS");

        Assert.Equal(404, hidden.Status);
        foreach (string node in cluster.Nodes)
        {
            Assert.Equal(3000, await CountAsync(cluster[node].Client));
        }
    }

    [Fact]
    public async Task Node_PausedBeyondItsLease_NeverServesTheOldSchemaAgain()
    {
        await using ProcessCluster cluster = await ProcessCluster.StartAsync(3);
        cluster["n3"].Signal("STOP");

        ApiResponse created = await cluster["n1"].Client.PostAsync("/v1/schema", Book);
        cluster["n3"].Signal("CONT");
        ApiResponse seen = await cluster["n3"].Client.GetAsync("/v1/schema/Book");

        Assert.Equal(200, created.Status);
        Assert.Contains(seen.Status, (int[])[200, 503]);
        await AwaitAsync(async () => (await cluster["n3"].Client.GetAsync("/v1/schema/Book")).Status == 200);
    }

    [Fact]
    public async Task Node_ThatIsSlow_HoldsUpABackupAndNothingIsLost()
    {
        await using ProcessCluster cluster = await ProcessCluster.StartAsync(3, ("CLUSTER_LEASE_SECONDS", "20"));
        await cluster["n1"].Client.PostAsync("/v1/schema", Book);
        using var stop = new CancellationTokenSource();
        ServerProcess slow = cluster["n2"];
        Task slowing = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                slow.Signal("STOP");
                await Task.Delay(TimeSpan.FromMilliseconds(200), CancellationToken.None);
                slow.Signal("CONT");
                await Task.Delay(TimeSpan.FromMilliseconds(50), CancellationToken.None);
            }
        });

        await ImportAsync(cluster["n1"].Client, 0, 500);
        await cluster["n3"].Client.PostAsync(Backups, """{"id":"b1"}""");
        await ReachAsync(cluster["n1"].Client, $"{Backups}/b1", "SUCCESS");
        await cluster["n1"].Client.DeleteAsync("/v1/schema/Book");
        await cluster["n1"].Client.PostAsync($"{Backups}/b1/restore", "{}");
        await ReachAsync(cluster["n3"].Client, $"{Backups}/b1/restore", "SUCCESS");
        await stop.CancelAsync();
        await slowing;

        Assert.Equal(500, await CountAsync(cluster["n2"].Client));
    }

    [Fact]
    public async Task Node_CutOffFromEtcd_IsFenced_AndOthersServeTheirShards()
    {
        await using ProcessCluster cluster = await ProcessCluster.StartAsync(2);
        await using TcpRelay relay = TcpRelay.To(cluster.Etcd.Client.Port);
        await cluster.StartNodeAsync("n3", ("CLUSTER_ETCD_ENDPOINTS", $"http://127.0.0.1:{relay.Port}"));
        await cluster["n1"].Client.PostAsync("/v1/schema", Book);
        await ImportAsync(cluster["n1"].Client, 0, 300);

        relay.Cut();
        await AwaitAsync(async () => (await cluster["n3"].Client.GetAsync("/v1/.well-known/ready")).Status == 503);
        int[] statuses = await Task.WhenAll(Enumerable.Range(0, 30).Select(async i => (await cluster["n1"].Client.GetAsync($"/v1/objects/Book/{Id(i)}")).Status));
        relay.Mend();
        await AwaitAsync(async () => (await cluster["n3"].Client.GetAsync("/v1/.well-known/ready")).Status == 200);

        Assert.Equal([200, 503], statuses.Distinct().Order());
        Assert.Equal(300, await CountAsync(cluster["n3"].Client));
    }

    [Fact]
    public async Task Etcd_KilledAndStartedAgain_LosesNoAcknowledgedWrite()
    {
        await using ProcessCluster cluster = await ProcessCluster.StartAsync(3);
        await cluster["n1"].Client.PostAsync("/v1/schema", Book);
        await ImportAsync(cluster["n1"].Client, 0, 300);

        await cluster.Etcd.KillAsync();
        ApiResponse refused = await cluster["n1"].Client.PostAsync("/v1/schema", """{"class":"Later"}""");
        await cluster.Etcd.RestartAsync();
        foreach (string node in cluster.Nodes)
        {
            await AwaitAsync(async () => (await cluster[node].Client.GetAsync("/v1/.well-known/ready")).Status == 200);
        }

        await ImportAsync(cluster["n2"].Client, 300, 300);

        Assert.Equal(503, refused.Status);
        Assert.Equal(600, await CountAsync(cluster["n3"].Client));
    }

    [Fact]
    public async Task Nodes_KilledInTurnUnderWrites_LoseNothingThatWasAcknowledged()
    {
        await using ProcessCluster cluster = await ProcessCluster.StartAsync(3);
        await cluster["n1"].Client.PostAsync("/v1/schema", Book);
        using var stop = new CancellationTokenSource();
        List<int> acknowledged = [];
        Task writing = Task.Run(async () =>
        {
            for (int i = 0; !stop.IsCancellationRequested; i++)
            {
                ApiResponse answer = await cluster["n1"].Client.PostAsync("/v1/objects", $$$"""{"class":"Book","id":"{{{Id(i)}}}","properties":{"pages":{{{i}}} }}""");
                if (answer.Status == 200)
                {
                    acknowledged.Add(i);
                }
            }
        });

        foreach (string victim in (string[])["n2", "n3", "n2"])
        {
            await cluster.KillAsync(victim);
            await cluster.StartNodeAsync(victim);
        }

        await stop.CancelAsync();
        await writing;

        Assert.NotEmpty(acknowledged);
        foreach (int written in acknowledged)
        {
            ApiResponse read = await cluster["n2"].Client.GetAsync($"/v1/objects/Book/{Id(written)}");
            Assert.True(read.Status == 200, $"object {written}: {read.Status} {read.Text}");
        }
    }

    private static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"{number * 40503 % 65536:x8}-0000-4000-8000-{number:x12}");

    private static async Task ImportAsync(ApiClient client, int first, int count)
    {
        string filler = new('x', 2000);
        foreach (int[] part in Enumerable.Range(first, count).Chunk(100))
        {
            string objects = string.Join(',', part.Select(i => $$$"""{"class":"Book","id":"{{{Id(i)}}}","properties":{"pages":{{{i}}},"filler":"{{{filler}}}{{{i}}}"}}"""));
            ApiResponse imported = await client.PostAsync("/v1/batch/objects", $$"""{"objects":[{{objects}}]}""");
            Assert.True(imported.Status == 200 && !imported.Text.Contains("FAILED", StringComparison.Ordinal), imported.Text);
        }
    }

    private static async Task<int> CountAsync(ApiClient client)
    {
        ApiResponse answer = await client.PostAsync("/v1/graphql", """{"query":"{Aggregate{Book{meta{count}}}}"}""");
        using var document = JsonDocument.Parse(answer.Text);
        Assert.False(document.RootElement.TryGetProperty("errors", out _), answer.Text);
        return document.RootElement.GetProperty("data").GetProperty("Aggregate").GetProperty("Book")[0].GetProperty("meta").GetProperty("count").GetInt32();
    }

    private static Task ReachAsync(ApiClient client, string path, string expected) => AwaitAsync(async () =>
    {
        ApiResponse status = await client.GetAsync(path);
        if (status.Status == 503)
        {
            return false;
        }

        Assert.True(status.Status == 200, status.Text);
        using var document = JsonDocument.Parse(status.Text);
        string state = document.RootElement.GetProperty("status").GetString()!;
        Assert.True(state == expected || state is not ("FAILED" or "CANCELED" or "SUCCESS"), status.Text);
        return state == expected;
    });

    private static async Task AwaitAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!await condition())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
