using Basalt.Server.Tests.Backups;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Contract;

/// <summary>A server with the classes Author and Book and a complete backup <c>done</c> of both, for rows that change nothing.</summary>
public sealed class ContractServer : IAsyncLifetime
{
    private TestServer? _server;

    internal TestServer Server => _server!;

    internal ApiClient Client => Server.Client;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        await Client.CreateClassAsync("Book", 2);
        await Client.CreateClassAsync("Author", 2);
        await Client.BackUpAsync("done");
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();
}
