using Basalt.Server.Cluster;

namespace Basalt.Server.Tests.Cluster;

public sealed class InProcessClusterStoreTests : ClusterStoreContract, IAsyncLifetime, IAsyncDisposable
{
    private readonly InProcessClusterStore _store = new(TimeProvider.System);

    [Fact]
    public async Task History_LongerThanItsLimit_IsCompacted()
    {
        await using var store = new InProcessClusterStore(TimeProvider.System, maxHistory: 10);
        for (int i = 0; i < 30; i++)
        {
            await store.CommitAsync(new ClusterTransaction { Puts = [new ClusterPut("/k", new byte[1])] }, CancellationToken.None);
        }

        await Assert.ThrowsAsync<ClusterCompactedException>(() => store.RangeAsync(KeyRange.Key("/k"), 20, 1, CancellationToken.None));
        Assert.Equal(20, (await store.RangeAsync(KeyRange.Key("/k"), 21, 1, CancellationToken.None)).Entries.Single().Version);
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    internal override Task<IClusterStore> OpenAsync() => Task.FromResult<IClusterStore>(_store);

    internal override Task CompactAsync(long revision)
    {
        _store.Compact(revision);
        return Task.CompletedTask;
    }
}
