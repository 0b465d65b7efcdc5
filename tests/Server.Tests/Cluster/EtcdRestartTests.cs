using Basalt.Server.Cluster;
using Basalt.Server.Cluster.Etcd;

namespace Basalt.Server.Tests.Cluster;

/// <summary>etcd dies and comes back with its data.</summary>
public sealed class EtcdRestartTests
{
    private static readonly KeyRange All = KeyRange.Prefix("/w/");

    [Fact]
    public async Task Watch_AcrossKillsOfEtcd_TellsEveryAcknowledgedWriteOnce()
    {
        await using EtcdServer server = await EtcdServer.StartAsync();
        await using var store = new EtcdClusterStore(server.Options, TimeProvider.System);
        await using var log = new WatchLog(store, All, fromRevision: 1);
        using var stop = new CancellationTokenSource();
        Task<List<(string Value, long Revision)>> writing = Task.Run(() => WriteAsync(store, stop.Token));

        for (int kill = 0; kill < 2; kill++)
        {
            int told = log.Events.Length;
            await log.HearAsync(log.Batches.LastOrDefault()?.LastRevision + 10 ?? 10);
            Assert.True(log.Events.Length > told);
            await server.KillAsync();
            await server.RestartAsync();
        }

        await log.HearAsync(log.Batches[^1].LastRevision + 10);
        await stop.CancelAsync();
        List<(string Value, long Revision)> written = await writing;
        long last = (await store.CommitAsync(new ClusterTransaction { Puts = [new ClusterPut("/w/end", new byte[1])] }, CancellationToken.None)).Revision;
        await log.HearAsync(last);

        WatchEvent[] events = log.Events;
        Assert.All(events.Zip(events.Skip(1)), pair => Assert.True(pair.First.Revision < pair.Second.Revision));
        Assert.Empty(written.Select(write => write.Revision).Except(events.Select(change => change.Revision)));
        Assert.Equal(events.Length, events.Select(change => Convert.ToHexString(change.Entry!.Value.Span)).Distinct().Count());
    }

    /// <summary>Writes a key again and again, each time with another value.</summary>
    private static async Task<List<(string Value, long Revision)>> WriteAsync(EtcdClusterStore store, CancellationToken stop)
    {
        var written = new List<(string, long)>();
        ClusterEntry? entry = null;
        while (!stop.IsCancellationRequested)
        {
            byte[] value = Guid.NewGuid().ToByteArray();
            TransactionResult result = await store.CommitAsync(
                new ClusterTransaction
                {
                    Compares = [ClusterCompare.ModRevisionIs("/w/key", entry?.ModRevision ?? 0)],
                    Puts = [new ClusterPut("/w/key", value) { HasUniqueValue = true }],
                },
                CancellationToken.None);
            Assert.True(result.Succeeded);
            written.Add((Convert.ToHexString(value), result.Revision));
            entry = new ClusterEntry("/w/key", value, 0, result.Revision, 0, 0);
        }

        return written;
    }
}
