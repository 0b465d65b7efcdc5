using Basalt.Server.Cluster;

namespace Basalt.Server.Tests.Cluster;

public abstract partial class ClusterStoreContract
{
    // Long enough for what a test does with a lease, however busy the machine is.
    private static readonly TimeSpan ShortTime = TimeSpan.FromSeconds(4);

    [Fact]
    public async Task Lease_WhenItExpires_TakesItsKeysInOneRevision()
    {
        await using IClusterStore store = await OpenAsync();
        LeaseGrant lease = await store.GrantLeaseAsync(ShortTime, None);
        await PutAsync(store, "node/1", "a", lease.Id);
        long last = (await PutAsync(store, "node/2", "b", lease.Id)).Revision;
        await PutAsync(store, "stays", "c");
        await using var log = new WatchLog(store, KeyRange.Prefix(Key("node/")), last + 1);

        await log.HearAsync(last + 1);

        WatchBatch batch = Assert.Single(log.Batches);
        Assert.Equal([Key("node/1"), Key("node/2")], batch.Events.Select(change => change.Key).Order(StringComparer.Ordinal));
        Assert.All(batch.Events, change => Assert.Equal((null, batch.LastRevision), (change.Entry, change.Revision)));
        Assert.Equal([Key("stays")], (await store.ReadAllAsync(KeyRange.Prefix(_prefix), 10, None)).Entries.Select(entry => entry.Key));
        await Assert.ThrowsAsync<ClusterLeaseLostException>(() => store.KeepLeaseAliveAsync(lease.Id, None));
        await Assert.ThrowsAsync<ClusterLeaseLostException>(() => PutAsync(store, "late", "x", lease.Id));
    }

    [Fact]
    public async Task Lease_ThatRenewsItself_OutlivesItsTime()
    {
        await using IClusterStore store = await OpenAsync();
        await using ClusterLease lease = await ClusterLease.AcquireAsync(store, ShortTime, TimeProvider.System, None);
        LeaseGrant other = await store.GrantLeaseAsync(2 * ShortTime, None);
        await PutAsync(store, "mine", "x", lease.Id);
        long last = (await PutAsync(store, "witness", "x", other.Id)).Revision;
        await using var log = new WatchLog(store, KeyRange.Key(Key("witness")), last + 1);

        await log.HearAsync(last + 1);

        Assert.False(lease.IsLost);
        Assert.NotNull(await store.FindAsync(Key("mine"), None));
    }

    [Fact]
    public async Task Lease_WhenRevoked_TakesItsKeysAtOnce()
    {
        await using IClusterStore store = await OpenAsync();
        LeaseGrant lease = await store.GrantLeaseAsync(TimeSpan.FromMinutes(10), None);
        await PutAsync(store, "mine", "x", lease.Id);

        await store.RevokeLeaseAsync(lease.Id, None);
        await store.RevokeLeaseAsync(lease.Id, None);

        Assert.Null(await store.FindAsync(Key("mine"), None));
    }

    [Fact]
    public async Task Lease_WhenDisposed_TakesItsKeysAndIsLost()
    {
        await using IClusterStore store = await OpenAsync();
        ClusterLease lease = await ClusterLease.AcquireAsync(store, TimeSpan.FromMinutes(10), TimeProvider.System, None);
        await PutAsync(store, "mine", "x", lease.Id);

        await lease.DisposeAsync();

        Assert.True(lease.IsLost);
        Assert.Null(await store.FindAsync(Key("mine"), None));
    }

    [Fact]
    public async Task Put_WithoutALeaseOverOneWithALease_Stays()
    {
        await using IClusterStore store = await OpenAsync();
        LeaseGrant lease = await store.GrantLeaseAsync(TimeSpan.FromMinutes(10), None);
        await PutAsync(store, "key", "leased", lease.Id);
        await PutAsync(store, "key", "kept");

        await store.RevokeLeaseAsync(lease.Id, None);

        Assert.Equal("kept", Text((await store.FindAsync(Key("key"), None))!));
    }

    [Fact]
    public async Task Lease_ThatIsNotThere_IsLost()
    {
        await using IClusterStore store = await OpenAsync();

        await Assert.ThrowsAsync<ClusterLeaseLostException>(() => store.KeepLeaseAliveAsync(0x7ead, None));
        await Assert.ThrowsAsync<ClusterLeaseLostException>(() => PutAsync(store, "late", "x", 0x7ead));
    }
}
