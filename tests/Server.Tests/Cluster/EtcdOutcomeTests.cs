using System.Text;
using Basalt.Backup.Tests.Support.Faults;
using Basalt.Server.Cluster;
using Basalt.Server.Cluster.Etcd;

namespace Basalt.Server.Tests.Cluster;

/// <summary>etcd carries a transaction out, or not, and its answer is lost.</summary>
public sealed class EtcdOutcomeTests(EtcdFixture etcd) : IClassFixture<EtcdFixture>
{
    private readonly string _key = $"/{Guid.NewGuid():N}";
    private int _transactions;

    private static CancellationToken None => CancellationToken.None;

    [Theory]
    [InlineData(NetworkFault.ResetAfter)]
    [InlineData(NetworkFault.ResetBefore)]
    [InlineData(NetworkFault.TruncatedAnswer)]
    public async Task Transaction_WithoutAGuard_IsSentOnceAndItsOutcomeIsUnknown(NetworkFault fault)
    {
        await using EtcdClusterStore direct = await DirectAsync();
        await using FaultProxy proxy = await ProxyAsync(_ => fault);
        await using EtcdClusterStore store = Through(proxy);

        var failure = await Assert.ThrowsAsync<ClusterUnavailableException>(
            () => store.CommitAsync(new ClusterTransaction { Puts = [Put("mine")] }, None));

        Assert.True(failure.IsOutcomeUnknown);
        Assert.Equal(1, _transactions);
        Assert.Equal(fault == NetworkFault.ResetBefore ? null : 1, (await direct.FindAsync(_key, None))?.Version);
    }

    [Theory]
    [InlineData(NetworkFault.ResetAfter, true)]
    [InlineData(NetworkFault.ResetBefore, true)]
    [InlineData(NetworkFault.ResetBefore, false)]
    public async Task Transaction_WithAGuard_IsCarriedOutOnceAndSaysSo(NetworkFault fault, bool isUnique)
    {
        await using EtcdClusterStore direct = await DirectAsync();
        long before = (await direct.CommitAsync(new ClusterTransaction { Puts = [Put("before")] }, None)).Revision;
        await using FaultProxy proxy = await ProxyAsync(number => number == 1 ? fault : NetworkFault.None);
        await using EtcdClusterStore store = Through(proxy);

        TransactionResult result = await store.CommitAsync(Guarded(before, Put("mine") with { HasUniqueValue = isUnique }), None);

        ClusterEntry entry = (await direct.FindAsync(_key, None))!;
        Assert.True(result.Succeeded);
        Assert.Equal((result.Revision, 2L, 2), (entry.ModRevision, entry.Version, _transactions));
    }

    [Fact]
    public async Task Transaction_ThatWasCarriedOutWithAValueOthersMayWrite_HasAnUnknownOutcome()
    {
        await using EtcdClusterStore direct = await DirectAsync();
        long before = (await direct.CommitAsync(new ClusterTransaction { Puts = [Put("before")] }, None)).Revision;
        await using FaultProxy proxy = await ProxyAsync(number => number == 1 ? NetworkFault.ResetAfter : NetworkFault.None);
        await using EtcdClusterStore store = Through(proxy);

        var failure = await Assert.ThrowsAsync<ClusterUnavailableException>(() => store.CommitAsync(Guarded(before, Put("mine")), None));

        Assert.True(failure.IsOutcomeUnknown);
        Assert.Equal(2, (await direct.FindAsync(_key, None))!.Version);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, null)]
    public async Task Transaction_ThatAnotherForestalled_FailsIfThatWasTheOnlyChange(int changes, bool? succeeded)
    {
        await using EtcdClusterStore direct = await DirectAsync();
        long before = (await direct.CommitAsync(new ClusterTransaction { Puts = [Put("before")] }, None)).Revision;
        await using FaultProxy proxy = await ProxyAsync(number => number == 1 ? NetworkFault.ResetAfter : NetworkFault.None);
        proxy.Before = async call =>
        {
            for (int i = 0; i < changes && _transactions == 1 && IsTransaction(call); i++)
            {
                await direct.CommitAsync(new ClusterTransaction { Puts = [Put($"other {i}")] }, None);
            }
        };
        await using EtcdClusterStore store = Through(proxy);
        ClusterTransaction transaction = Guarded(before, Put("mine") with { HasUniqueValue = true }) with { ElseReads = [KeyRange.Key(_key)] };

        TransactionResult? result = null;
        Exception? failure = await Record.ExceptionAsync(async () => result = await store.CommitAsync(transaction, None));

        Assert.Equal(succeeded, result?.Succeeded);
        Assert.Equal(succeeded is null, failure is ClusterUnavailableException { IsOutcomeUnknown: true });
        Assert.Equal(succeeded is null ? null : 1, result?.Reads.Length);
        Assert.Equal(1 + changes, (await direct.FindAsync(_key, None))!.Version);
    }

    [Fact]
    public async Task Absence_WhenTheAnswerIsLost_IsClaimedOnce()
    {
        await using EtcdClusterStore direct = await DirectAsync();
        await using FaultProxy proxy = await ProxyAsync(number => number <= 2 ? NetworkFault.ResetAfter : NetworkFault.None);
        await using EtcdClusterStore store = Through(proxy);

        TransactionResult result = await store.CommitAsync(Guarded(0, Put("mine") with { HasUniqueValue = true }), None);

        ClusterEntry entry = (await direct.FindAsync(_key, None))!;
        Assert.Equal((true, entry.ModRevision, 1L), (result.Succeeded, result.Revision, entry.Version));
    }

    [Fact]
    public async Task Absence_WhenTheAnswerIsLostAndTheKeyLivesWithAnotherLease_IsNotClaimed()
    {
        await using EtcdClusterStore direct = await DirectAsync();
        LeaseGrant former = await direct.GrantLeaseAsync(TimeSpan.FromSeconds(60), None);
        LeaseGrant lease = await direct.GrantLeaseAsync(TimeSpan.FromSeconds(60), None);
        ClusterPut put = Put("mine") with { HasUniqueValue = true };
        await direct.CommitAsync(Guarded(0, put with { LeaseId = former.Id }), None);
        await using FaultProxy proxy = await ProxyAsync(number => number == 1 ? NetworkFault.ResetAfter : NetworkFault.None);
        await using EtcdClusterStore store = Through(proxy);

        var failure = await Assert.ThrowsAsync<ClusterUnavailableException>(() => store.CommitAsync(Guarded(0, put with { LeaseId = lease.Id }), None));

        Assert.True(failure.IsOutcomeUnknown);
    }

    [Fact]
    public async Task Lease_WhoseGrantIsLost_IsTheOneThatWasGranted()
    {
        int grants = 0;
        await using FaultProxy proxy = await FaultProxy.StartAsync((await etcd.ServerAsync).Client.Authority);
        proxy.Choose = call => call.Target == "/v3/lease/grant" && Interlocked.Increment(ref grants) == 1 ? NetworkFault.ResetAfter : NetworkFault.None;
        await using EtcdClusterStore store = Through(proxy);

        LeaseGrant lease = await store.GrantLeaseAsync(TimeSpan.FromSeconds(30), None);

        Assert.Equal((2, 30.0), (grants, lease.TimeToLive.TotalSeconds));
        Assert.Equal(TimeSpan.FromSeconds(30), await store.KeepLeaseAliveAsync(lease.Id, None));
    }

    [Fact]
    public async Task Reads_ThroughABadNetwork_AreRepeated()
    {
        int calls = 0;
        await using FaultProxy proxy = await FaultProxy.StartAsync((await etcd.ServerAsync).Client.Authority);
        proxy.Choose = _ => Interlocked.Increment(ref calls) switch
        {
            1 => NetworkFault.ResetBefore,
            2 => NetworkFault.Unavailable,
            3 => NetworkFault.TruncatedAnswer,
            _ => NetworkFault.None,
        };
        await using EtcdClusterStore store = Through(proxy);

        Assert.Null(await store.FindAsync(_key, None));
        Assert.Equal(4, calls);
    }

    private static bool IsTransaction(ProxiedCall call) => call.Target == "/v3/kv/txn";

    private static EtcdClusterStore Through(FaultProxy proxy) =>
        new(EtcdServer.OptionsFor(new Uri($"http://{proxy.Endpoint}")), TimeProvider.System);

    private async Task<FaultProxy> ProxyAsync(Func<int, NetworkFault> faultOfTransaction)
    {
        FaultProxy proxy = await FaultProxy.StartAsync((await etcd.ServerAsync).Client.Authority);
        proxy.Choose = call => IsTransaction(call) ? faultOfTransaction(Interlocked.Increment(ref _transactions)) : NetworkFault.None;
        return proxy;
    }

    private async Task<EtcdClusterStore> DirectAsync() => new((await etcd.ServerAsync).Options, TimeProvider.System);

    private ClusterPut Put(string value) => new(_key, Encoding.UTF8.GetBytes(value));

    private ClusterTransaction Guarded(long revision, ClusterPut put) =>
        new() { Compares = [ClusterCompare.ModRevisionIs(_key, revision)], Puts = [put] };
}
