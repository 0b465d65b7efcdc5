using Basalt.Server.Cluster;
using Basalt.Server.Cluster.Etcd;

namespace Basalt.Server.Tests.Cluster;

public sealed class EtcdAuthenticationTests
{
    private const string Password = "correct horse";

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Store_OfEtcdWithUsers_NeedsTheRightPasswordAndRenewsItsToken()
    {
        await using EtcdServer server = await EtcdServer.StartAsync();
        await server.RequirePasswordAsync(Password);
        await using var nobody = new EtcdClusterStore(server.Options, TimeProvider.System);
        await using var wrong = new EtcdClusterStore(server.Options with { User = "root", Password = "wrong" }, TimeProvider.System);
        await using var right = new EtcdClusterStore(server.Options with { User = "root", Password = Password }, TimeProvider.System);

        await Assert.ThrowsAsync<ClusterAccessException>(() => nobody.FindAsync("/k", None));
        var refusal = await Assert.ThrowsAsync<ClusterAccessException>(() => wrong.FindAsync("/k", None));
        await Assert.ThrowsAsync<ClusterAccessException>(() => new WatchLog(nobody, KeyRange.Key("/k"), 1).Reading);
        long first = await PutAsync(right);
        await using var log = new WatchLog(right, KeyRange.Key("/k"), 1);
        await log.HearAsync(first);

        // etcd keeps tokens in memory: after a restart it knows none of them.
        await server.KillAsync();
        await server.RestartAsync();
        long second = await PutAsync(right);
        await log.HearAsync(second);

        Assert.DoesNotContain("wrong", refusal.ToString(), StringComparison.Ordinal);
        Assert.Equal([first, second], log.Events.Select(change => change.Revision));
    }

    [Fact]
    public void Options_WhenPrinted_HoldNoPassword() =>
        Assert.DoesNotContain(
            Password,
            new EtcdOptions { Endpoints = [new Uri("http://localhost:1")], User = "root", Password = Password }.ToString(),
            StringComparison.Ordinal);

    private static async Task<long> PutAsync(EtcdClusterStore store) =>
        (await store.CommitAsync(new ClusterTransaction { Puts = [new ClusterPut("/k", new byte[3])] }, None)).Revision;
}
