namespace Basalt.Server.Tests.Cluster;

/// <summary>One etcd for all tests of a class, started by the first that wants it.</summary>
public sealed class EtcdFixture : IAsyncLifetime
{
    private readonly Lazy<Task<EtcdServer>> _server = new(() => EtcdServer.StartAsync());

    internal Task<EtcdServer> ServerAsync => _server.Value;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_server is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            await (await _server.Value).DisposeAsync();
        }
    }
}
