using Basalt.Server.Tests.Cluster.Support;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Cluster.Faults;

/// <summary>Nodes as processes on a real etcd, and what happens to them in the field: killed, paused, cut off; etcd itself killed.</summary>
public sealed class ClusterFaultTests
{
    [Fact]
    public async Task Backup_WhoseCoordinatorIsKilled_IsTakenOverAndRestoresAllThatWasAcknowledged()
    {
        await using ProcessCluster cluster = await ProcessCluster.StartAsync(3, ("BACKUP_MAX_RATE", "1M"));
        await cluster["n1"].Client.PostAsync("/v1/schema", Books.Definition);
        await Books.ImportAsync(cluster["n2"].Client, 0, 3000);
        await cluster["n1"].Client.PostAsync(Books.Backups, """{"id":"b1"}""");
        await Books.ReachAsync(cluster["n2"].Client, $"{Books.Backups}/b1", "TRANSFERRING");

        await cluster.KillAsync("n1");
        await cluster.StartNodeAsync("n1");
        await Books.ReachAsync(cluster["n2"].Client, $"{Books.Backups}/b1", "SUCCESS");
        await cluster["n3"].Client.DeleteAsync("/v1/schema/Book");
        await cluster["n3"].Client.PostAsync($"{Books.Backups}/b1/restore", "{}");
        await Books.ReachAsync(cluster["n1"].Client, $"{Books.Backups}/b1/restore", "SUCCESS");

        foreach (string node in cluster.Nodes)
        {
            Assert.Equal(3000, await Books.CountAsync(cluster[node].Client));
        }
    }

    [Fact]
    public async Task Restore_WhoseParticipantIsKilled_EndsWhole()
    {
        await using ProcessCluster cluster = await ProcessCluster.StartAsync(3, ("BACKUP_MAX_RATE", "1M"));
        await cluster["n1"].Client.PostAsync("/v1/schema", Books.Definition);
        await Books.ImportAsync(cluster["n1"].Client, 0, 3000);
        await cluster["n1"].Client.PostAsync(Books.Backups, """{"id":"b1"}""");
        await Books.ReachAsync(cluster["n1"].Client, $"{Books.Backups}/b1", "SUCCESS");
        await cluster["n1"].Client.DeleteAsync("/v1/schema/Book");

        await cluster["n1"].Client.PostAsync($"{Books.Backups}/b1/restore", "{}");
        ApiResponse hidden = await cluster["n1"].Client.GetAsync("/v1/schema/Book");
        await cluster.KillAsync("n2");
        await cluster.StartNodeAsync("n2");
        await Books.ReachAsync(cluster["n3"].Client, $"{Books.Backups}/b1/restore", "SUCCESS");

        Assert.Equal(404, hidden.Status);
        foreach (string node in cluster.Nodes)
        {
            Assert.Equal(3000, await Books.CountAsync(cluster[node].Client));
        }
    }

    [Fact]
    public async Task Node_PausedBeyondItsLease_NeverServesTheOldSchemaAgain()
    {
        await using ProcessCluster cluster = await ProcessCluster.StartAsync(3);
        cluster["n3"].Signal("STOP");

        ApiResponse created = await cluster["n1"].Client.PostAsync("/v1/schema", Books.Definition);
        cluster["n3"].Signal("CONT");
        ApiResponse seen = await cluster["n3"].Client.GetAsync("/v1/schema/Book");

        Assert.Equal(200, created.Status);
        Assert.Contains(seen.Status, (int[])[200, 503]);
        await Books.AwaitAsync(async () => (await cluster["n3"].Client.GetAsync("/v1/schema/Book")).Status == 200);
    }

    [Fact]
    public async Task Node_ThatIsSlow_HoldsUpABackupAndNothingIsLost()
    {
        await using ProcessCluster cluster = await ProcessCluster.StartAsync(3, ("CLUSTER_LEASE_SECONDS", "20"));
        await cluster["n1"].Client.PostAsync("/v1/schema", Books.Definition);
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

        await Books.ImportAsync(cluster["n1"].Client, 0, 500);
        await cluster["n3"].Client.PostAsync(Books.Backups, """{"id":"b1"}""");
        await Books.ReachAsync(cluster["n1"].Client, $"{Books.Backups}/b1", "SUCCESS");
        await cluster["n1"].Client.DeleteAsync("/v1/schema/Book");
        await cluster["n1"].Client.PostAsync($"{Books.Backups}/b1/restore", "{}");
        await Books.ReachAsync(cluster["n3"].Client, $"{Books.Backups}/b1/restore", "SUCCESS");
        await stop.CancelAsync();
        await slowing;

        Assert.Equal(500, await Books.CountAsync(cluster["n2"].Client));
    }

    [Fact]
    public async Task Node_CutOffFromEtcd_IsFenced_AndOthersServeTheirShards()
    {
        await using ProcessCluster cluster = await ProcessCluster.StartAsync(2);
        await using TcpRelay relay = TcpRelay.To(cluster.Etcd.Client.Port);
        await cluster.StartNodeAsync("n3", ("CLUSTER_ETCD_ENDPOINTS", $"http://127.0.0.1:{relay.Port}"));
        await cluster["n1"].Client.PostAsync("/v1/schema", Books.Definition);
        await Books.ImportAsync(cluster["n1"].Client, 0, 300);

        relay.Cut();
        await Books.ReadyAsync(cluster["n3"].Client, 503);
        int[] statuses = await Task.WhenAll(Enumerable.Range(0, 30).Select(async i => (await cluster["n1"].Client.GetAsync(Books.PathOf(i))).Status));
        relay.Mend();
        await Books.ReadyAsync(cluster["n3"].Client);

        Assert.Equal([200, 503], statuses.Distinct().Order());
        Assert.Equal(300, await Books.CountAsync(cluster["n3"].Client));
    }

    [Fact]
    public async Task Etcd_KilledAndStartedAgain_LosesNoAcknowledgedWrite()
    {
        await using ProcessCluster cluster = await ProcessCluster.StartAsync(3);
        await cluster["n1"].Client.PostAsync("/v1/schema", Books.Definition);
        await Books.ImportAsync(cluster["n1"].Client, 0, 300);

        await cluster.Etcd.KillAsync();
        ApiResponse refused = await cluster["n1"].Client.PostAsync("/v1/schema", """{"class":"Later"}""");
        await cluster.Etcd.RestartAsync();
        await Books.ReadyAsync(cluster);

        await Books.ImportAsync(cluster["n2"].Client, 300, 300);

        Assert.Equal(503, refused.Status);
        Assert.Equal(600, await Books.CountAsync(cluster["n3"].Client));
    }

    [Fact]
    public async Task Nodes_KilledInTurnUnderWrites_LoseNothingThatWasAcknowledged()
    {
        await using ProcessCluster cluster = await ProcessCluster.StartAsync(3);
        await cluster["n1"].Client.PostAsync("/v1/schema", Books.Definition);
        using var stop = new CancellationTokenSource();
        List<int> acknowledged = [];
        Task writing = Task.Run(async () =>
        {
            for (int i = 0; !stop.IsCancellationRequested; i++)
            {
                ApiResponse answer = await cluster["n1"].Client.PostAsync("/v1/objects", Books.Small(i, i));
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
            ApiResponse read = await cluster["n2"].Client.GetAsync(Books.PathOf(written));
            Assert.True(read.Status == 200, $"object {written}: {read.Status} {read.Text}");
        }
    }
}
