using Basalt.Server.Configuration;
using Basalt.Server.Demo;
using Basalt.Server.Hosting;
using Basalt.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Basalt.Server.Tests.Demo;

/// <summary>A server with the demo's class and a few of its cities.</summary>
internal sealed class DemoServer : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory;
    private readonly ServerHost _host;

    private DemoServer(TemporaryDirectory directory, ServerHost host)
    {
        _directory = directory;
        _host = host;
        Client = new RestClient(host.Address);
    }

    public static IReadOnlyList<CityObject> Objects { get; } = [.. CityDataSet.Load().Take(300).Select(CityObject.Imported)];

    public RestClient Client { get; }

    public static async Task<DemoServer> StartAsync()
    {
        TemporaryDirectory directory = new();
        ServerHost host = await ServerHost.StartAsync(new ServerSettings
        {
            DataPath = directory["data"],
            Urls = ["http://127.0.0.1:0"],
            LogLevel = LogLevel.None,
        });
        DemoServer server = new(directory, host);
        await server.Client.CreateClassAsync(CityObject.ClassDefinition, CancellationToken.None);
        await server.Client.ImportAsync(Objects, CancellationToken.None);
        return server;
    }

    public async Task<Dictionary<Guid, CityObject>> ReadAsync()
    {
        Dictionary<Guid, CityObject> objects = [];
        await foreach (CityObject value in Client.ReadObjectsAsync(CancellationToken.None))
        {
            objects.Add(value.Id, value);
        }

        return objects;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _host.DisposeAsync();
        _directory.Dispose();
    }
}
