using System.Collections.Immutable;
using System.Text;
using Basalt.Server.Cluster;
using Basalt.Server.Cluster.Etcd;

namespace Basalt.Server.Tests.Cluster;

public sealed class EtcdFailoverTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Store_WhenTheLeaderIsKilled_GoesOnWithTheOthers()
    {
        ImmutableArray<EtcdServer> servers = await EtcdServer.StartClusterAsync(3);
        try
        {
            EtcdServer leader = servers[0];
            foreach (EtcdServer server in servers)
            {
                leader = await server.IsLeaderAsync() ? server : leader;
            }

            // The leader first, so that it is the one that is asked.
            var options = new EtcdOptions { Endpoints = [leader.Client, .. servers.Except([leader]).Select(server => server.Client)], Patience = TimeSpan.FromSeconds(60) };
            await using var store = new EtcdClusterStore(options, TimeProvider.System);
            await using ClusterLease lease = await ClusterLease.AcquireAsync(store, TimeSpan.FromSeconds(30), TimeProvider.System, None);
            await using var log = new WatchLog(store, KeyRange.Prefix("/w/"), 1);
            long revision = 0;
            for (int i = 0; i < 20; i++)
            {
                if (i == 5)
                {
                    await leader.KillAsync();
                }

                ClusterTransaction transaction = new()
                {
                    Compares = [ClusterCompare.ModRevisionIs("/w/key", revision)],
                    Puts = [new ClusterPut("/w/key", Encoding.UTF8.GetBytes($"write {i}")) { LeaseId = lease.Id, HasUniqueValue = true }],
                };
                TransactionResult result = await store.CommitAsync(transaction, None);
                Assert.True(result.Succeeded, $"write {i}");
                revision = result.Revision;
            }

            await log.HearAsync(revision);
            await store.KeepLeaseAliveAsync(lease.Id, None);

            Assert.Equal(Enumerable.Range(0, 20).Select(i => $"write {i}"), log.Events.Select(change => Encoding.UTF8.GetString(change.Entry!.Value.Span)));
            Assert.Equal(20, (await store.FindAsync("/w/key", None))!.Version);
            Assert.False(lease.IsLost);
        }
        finally
        {
            foreach (EtcdServer server in servers)
            {
                await server.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task Store_WithoutAMajority_IsUnavailableAndTheOutcomeOfAWriteUnknown()
    {
        ImmutableArray<EtcdServer> servers = await EtcdServer.StartClusterAsync(3);
        try
        {
            await Task.WhenAll(servers[0].KillAsync(), servers[1].KillAsync());
            await using var store = new EtcdClusterStore(
                servers[2].Options with { Patience = TimeSpan.FromSeconds(1), RequestTimeout = TimeSpan.FromSeconds(1) }, TimeProvider.System);

            await Assert.ThrowsAsync<ClusterUnavailableException>(() => store.FindAsync("/k", None));
            var failure = await Assert.ThrowsAsync<ClusterUnavailableException>(
                () => store.CommitAsync(new ClusterTransaction { Puts = [new ClusterPut("/k", new byte[1])] }, None));

            Assert.True(failure.IsOutcomeUnknown);
        }
        finally
        {
            foreach (EtcdServer server in servers)
            {
                await server.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task Store_WhenNobodyListens_IsUnavailableAndNothingWasWritten()
    {
        var options = new EtcdOptions { Endpoints = [new Uri("http://127.0.0.1:1")], Patience = TimeSpan.Zero };
        await using var store = new EtcdClusterStore(options, TimeProvider.System);

        var failure = await Assert.ThrowsAsync<ClusterUnavailableException>(
            () => store.CommitAsync(new ClusterTransaction { Puts = [new ClusterPut("/k", new byte[1])] }, None));

        Assert.False(failure.IsOutcomeUnknown);
    }
}
