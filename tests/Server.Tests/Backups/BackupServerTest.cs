using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Backups;

/// <summary>A test with a server of its own that keeps backups beside its data.</summary>
public abstract class BackupServerTest : IAsyncLifetime
{
    private TestServer? _server;

    private protected TestServer Server => _server ?? throw new InvalidOperationException("The server has not been started.");

    private protected ApiClient Client => Server.Client;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync();

    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}
