using Basalt.Server.Security;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Contract;

/// <summary>A server that lets in nobody without a key: ann may do everything, bob may read, eve may do nothing.</summary>
public sealed class ClosedServer : IAsyncLifetime
{
    private TestServer? _server;

    internal TestServer Server => _server!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync(settings => settings with
    {
        Access = new AccessSettings
        {
            AnonymousEnabled = false,
            Keys = [ApiKey.Of("admin-key", "ann"), ApiKey.Of("reader-key", "bob"), ApiKey.Of("other-key", "eve")],
            AdminListEnabled = true,
            Administrators = ["ann"],
            Readers = ["bob"],
        },
    });

    public async Task DisposeAsync() => await Server.DisposeAsync();
}
