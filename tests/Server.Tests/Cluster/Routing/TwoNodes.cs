using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using Basalt.Engine;
using Basalt.Server.Cluster.Peers;
using Basalt.Server.Schema;
using Basalt.Server.Shards;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Cluster.Routing;

/// <summary>Two servers that know each other, with classes whose shards are spread over both.</summary>
internal sealed class TwoNodes : IAsyncDisposable
{
    public const string User = "cluster";
    public const string Password = "secret";

    private readonly ConcurrentDictionary<string, Uri> _addresses = new(StringComparer.Ordinal);
    private readonly FixedClusterView[] _views;
    private readonly List<TestServer> _servers = [];

    private TwoNodes() => _views = [new FixedClusterView("n1", _addresses), new FixedClusterView("n2", _addresses)];

    public TestServer First => _servers[0];

    public TestServer Second => _servers[1];

    public FixedClusterView ViewOfFirst => _views[0];

    public FixedClusterView ViewOfSecond => _views[1];

    /// <summary>Starts both.</summary>
    /// <param name="secondPassword">The password of the second one.</param>
    /// <param name="timeouts">How long they wait for each other.</param>
    public static async Task<TwoNodes> StartAsync(string secondPassword = Password, PeerTimeouts? timeouts = null)
    {
        var nodes = new TwoNodes();
        try
        {
            foreach (FixedClusterView view in nodes._views)
            {
                var link = new PeerLink(view, new PeerCredentials(User, view.Self == "n1" ? Password : secondPassword))
                {
                    Timeouts = timeouts ?? new PeerTimeouts { Schema = TimeSpan.FromMilliseconds(50) },
                };
                TestServer server = await TestServer.StartAsync(settings => settings with { NodeName = view.Self }, null, link);
                nodes._servers.Add(server);
                nodes._addresses[view.Self] = server.Host.Address;
            }

            return nodes;
        }
        catch
        {
            await nodes.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a class on both nodes.</summary>
    /// <param name="definition">The class as a request defines it.</param>
    /// <param name="shards">Its shards, each on the first node if its name begins with <c>a</c>, on the second if it begins with <c>b</c>, otherwise on a third that is
    /// not there.</param>
    public async Task CreateClassAsync(string definition, params string[] shards)
    {
        ClassDefinition read = new ClassDefinitionReader("none", static _ => true).Read(JsonElement.Parse(definition));
        ImmutableArray<ShardPlace> places = [.. shards.Select(name => new ShardPlace(name, NodeOf(name)))];
        var record = new SchemaRecord(places, read.WithShardCount(places.Length)) { Nodes = read.IsMultiTenant ? ["n1", "n2"] : [] };
        foreach ((TestServer server, FixedClusterView view) in _servers.Zip(_views))
        {
            await AdoptAsync(server, record, shards.Where(name => NodeOf(name) == view.Self), []);
        }
    }

    /// <summary>Makes a class with tenants, which are where their names put them.</summary>
    public async Task CreateTenantsAsync(string definition, params string[] tenants)
    {
        ClassDefinition read = new ClassDefinitionReader("none", static _ => true).Read(JsonElement.Parse(definition));
        var record = new SchemaRecord([], read) { Nodes = ["n1", "n2"] };
        foreach ((TestServer server, FixedClusterView view) in _servers.Zip(_views))
        {
            await AdoptAsync(server, record, tenants.Where(name => ShardPlacement.NodeOf(name, record.Nodes) == view.Self), tenants);
        }
    }

    /// <summary>Has a node found somewhere else from now on.</summary>
    public void Move(string node, Uri address) => _addresses[node] = address;

    /// <summary>Ends the second node; the first still believes that it is a member.</summary>
    public async Task StopSecondAsync()
    {
        await Second.DisposeAsync();
        _servers.RemoveAt(1);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (TestServer server in _servers)
        {
            await server.DisposeAsync();
        }
    }

    private static string NodeOf(string shard) => shard[0] switch { 'a' => "n1", 'b' => "n2", _ => "n3" };

    private static async Task AdoptAsync(TestServer server, SchemaRecord record, IEnumerable<string> local, string[] tenants)
    {
        string className = record.Definition.Name;
        Database database = server.Host.Database;
        IReadOnlyList<Keyspace> keyspaces = database.CreateKeyspaces(
        [
            KeyspaceNames.Schema(className),
            .. local.SelectMany(name => (string[])[KeyspaceNames.Objects(className, name), KeyspaceNames.Index(className, name)]),
        ]);
        foreach (string tenant in tenants)
        {
            database.Put(keyspaces[0], System.Text.Encoding.UTF8.GetBytes(TenantRecord.KeyText(tenant)), TenantRecord.Encode(TenantStatus.Hot));
        }

        database.Put(keyspaces[0], SchemaRecord.Key, record.Encode());
        await server.Host.Catalog.ReloadAsync(default);
    }
}
