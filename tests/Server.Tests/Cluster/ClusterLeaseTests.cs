using Basalt.Backup.Tests.Support.Faults;
using Basalt.Server.Cluster;
using Basalt.Server.Cluster.Etcd;
using Basalt.Tests.Support;

namespace Basalt.Server.Tests.Cluster;

/// <summary>A holder knows that its lease is lost before another can have it.</summary>
public sealed class ClusterLeaseTests
{
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(10);

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Lease_OfAProcessThatWasPaused_IsLostAtTheFirstLook()
    {
        var clock = new TurnedClock();
        await using var store = new InProcessClusterStore(clock);
        await using ClusterLease lease = await ClusterLease.AcquireAsync(store, Time, clock, None);

        clock.Turn(Time * 0.89, firesTimers: false);
        bool isLostEarly = lease.IsLost;
        clock.Turn(Time * 0.02, firesTimers: false);

        Assert.False(isLostEarly);
        Assert.True(lease.IsLost);
        Assert.True(lease.Lost.IsCancellationRequested);
        Assert.Throws<ClusterLeaseLostException>(lease.ThrowIfLost);
        Assert.Equal(Time, await store.KeepLeaseAliveAsync(lease.Id, None));
    }

    [Fact]
    public async Task Lease_OfAMachineThatWasSuspended_IsLost()
    {
        var clock = new TurnedClock();
        await using var store = new InProcessClusterStore(clock);
        await using ClusterLease lease = await ClusterLease.AcquireAsync(store, Time, clock, None);

        clock.WallOffset = Time;

        Assert.True(lease.IsLost);
    }

    [Fact]
    public async Task Lease_WhenTheWallClockIsSetBack_IsLostInTimeAllTheSame()
    {
        var clock = new TurnedClock();
        await using var store = new InProcessClusterStore(clock);
        await using ClusterLease lease = await ClusterLease.AcquireAsync(store, Time, clock, None);

        clock.WallOffset = TimeSpan.FromHours(-1);
        clock.Turn(Time * 0.91, firesTimers: false);

        Assert.True(lease.IsLost);
    }

    [Fact]
    public async Task Lease_WhoseTimeIsOver_CancelsByItself()
    {
        var clock = new TurnedClock();
        await using var store = new InProcessClusterStore(clock);
        await using ClusterLease lease = await ClusterLease.AcquireAsync(store, Time, clock, None);

        clock.Turn(Time);

        Assert.True(lease.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task Lease_WhoseTimerFiresEarly_CancelsOnTime()
    {
        var clock = new TurnedClock { EarlyBy = TimeSpan.FromMilliseconds(1) };
        await using var inner = new InProcessClusterStore(clock);
        await using ClusterLease lease = await ClusterLease.AcquireAsync(new LateStore(inner, clock) { IsCutOff = true }, Time, clock, None);

        clock.Turn((Time * 0.9) - clock.EarlyBy);
        bool isCancelledEarly = lease.Lost.IsCancellationRequested;
        clock.Turn(2 * clock.EarlyBy);

        Assert.False(isCancelledEarly);
        Assert.True(lease.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task Store_WhoseTimerFiresEarly_TakesTheKeysOnTime()
    {
        var clock = new TurnedClock { EarlyBy = TimeSpan.FromMilliseconds(1) };
        await using var store = new InProcessClusterStore(clock);
        LeaseGrant lease = await store.GrantLeaseAsync(Time, None);
        long put = (await store.CommitAsync(new ClusterTransaction { Puts = [new ClusterPut("/k", new byte[1]) { LeaseId = lease.Id }] }, None)).Revision;
        await using var log = new WatchLog(store, KeyRange.Key("/k"), put);
        await log.HearAsync(put);

        clock.Turn(Time - clock.EarlyBy);
        clock.Turn(2 * clock.EarlyBy);

        await log.HearAsync(put + 1);
        Assert.Null(log.Events[^1].Entry);
    }

    [Fact]
    public async Task Lease_WhoseAnswersAreLate_CountsFromWhenItAsked()
    {
        var clock = new TurnedClock();
        await using var inner = new InProcessClusterStore(clock);
        var store = new LateStore(inner, clock) { Delay = Time * 0.1 };

        await using ClusterLease lease = await ClusterLease.AcquireAsync(store, Time, clock, None);
        TimeSpan granted = lease.Remaining;
        store.Delay = Time * 0.3;
        clock.Turn(Time * 0.35);

        Assert.Equal(Time * 0.8, granted);
        await Eventually.TrueAsync(() => lease.Remaining == Time * 0.6);
    }

    [Fact]
    public async Task Lease_WhoseRenewalIsAnsweredAfterItsEnd_StaysLost()
    {
        var clock = new TurnedClock();
        await using var inner = new InProcessClusterStore(clock);
        var store = new LateStore(inner, clock);
        await using ClusterLease lease = await ClusterLease.AcquireAsync(store, Time, clock, None);
        store.Delay = Time * 0.6;

        clock.Turn(Time * 0.35);

        await Eventually.TrueAsync(() => lease.Lost.IsCancellationRequested);
        Assert.True(lease.IsLost);
    }

    [Fact]
    public async Task Lease_WhoseRenewalsAreHeldUp_IsLostHereBeforeEtcdGivesItAway()
    {
        await using EtcdServer server = await EtcdServer.StartAsync();
        await using FaultProxy proxy = await FaultProxy.StartAsync(server.Client.Authority);
        proxy.Before = call => call.Target == "/v3/lease/keepalive" ? Task.Delay(Timeout.Infinite, call.Aborted) : Task.CompletedTask;
        await using var cut = new EtcdClusterStore(new EtcdOptions { Endpoints = [new Uri($"http://{proxy.Endpoint}")] }, TimeProvider.System);
        await using var direct = new EtcdClusterStore(server.Options, TimeProvider.System);
        await using ClusterLease lease = await ClusterLease.AcquireAsync(cut, TimeSpan.FromSeconds(6), TimeProvider.System, None);
        long put = (await direct.CommitAsync(new ClusterTransaction { Puts = [new ClusterPut("/held", new byte[1]) { LeaseId = lease.Id }] }, None)).Revision;

        bool? wasLost = null;
        await foreach (WatchBatch batch in direct.WatchAsync(KeyRange.Key("/held"), put + 1, None))
        {
            wasLost = lease.IsLost;
            Assert.Null(batch.Events.Single().Entry);
            break;
        }

        Assert.True(wasLost);
        Assert.True(lease.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task Lease_RevokedByAnother_IsLostAtTheNextRenewal()
    {
        await using var store = new InProcessClusterStore(TimeProvider.System);
        await using ClusterLease lease = await ClusterLease.AcquireAsync(store, TimeSpan.FromMilliseconds(900), TimeProvider.System, None);
        var lost = new TaskCompletionSource();
        await using CancellationTokenRegistration registration = lease.Lost.Register(lost.SetResult);

        await store.RevokeLeaseAsync(lease.Id, None);

        await lost.Task.WaitAsync(TimeSpan.FromMinutes(2));
    }
}
