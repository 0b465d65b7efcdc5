using System.Collections.Immutable;
using Basalt.Server.Tests.Support;
using Basalt.Tests.Support;

namespace Basalt.Server.Tests.Cluster.Support;

/// <summary>Nodes of one cluster, each a process of its own, on an etcd of their own. All on this machine, or each on a host of a <see cref="VirtualNetwork"/>.</summary>
internal sealed class ProcessCluster : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Dictionary<string, ServerProcess> _nodes = new(StringComparer.Ordinal);
    private readonly (string Name, string Value)[] _variables;
    private readonly VirtualNetwork? _network;

    private ProcessCluster(ImmutableArray<EtcdServer> members, VirtualNetwork? network, (string Name, string Value)[] variables)
    {
        EtcdMembers = members;
        _network = network;
        _variables = variables;
    }

    /// <summary>Where the nodes agree.</summary>
    public ImmutableArray<EtcdServer> EtcdMembers { get; }

    /// <summary>The only member of etcd.</summary>
    public EtcdServer Etcd => EtcdMembers.Single();

    /// <summary>What joins the nodes: hosts n1, n2, ... and etcd1, etcd2, ...</summary>
    public VirtualNetwork Network => _network ?? throw new InvalidOperationException("The nodes are on no network of their own.");

    /// <summary>The names of the nodes that were started.</summary>
    public IEnumerable<string> Nodes => _nodes.Keys.Order(StringComparer.Ordinal);

    /// <summary>A node.</summary>
    public ServerProcess this[string name] => _nodes[name];

    /// <summary>Starts nodes n1, n2, ... with further variables in their environment.</summary>
    public static async Task<ProcessCluster> StartAsync(int count, params (string Name, string Value)[] variables) =>
        await StartNodesAsync(new ProcessCluster([await EtcdServer.StartAsync()], null, variables), count);

    /// <summary>Starts nodes and members of etcd on hosts of a network of their own.</summary>
    public static async Task<ProcessCluster> StartOnNetworkAsync(int count, int members, params (string Name, string Value)[] variables)
    {
        string[] stores = [.. Enumerable.Range(1, members).Select(i => $"etcd{i}")];
        VirtualNetwork network = await VirtualNetwork.CreateAsync([.. stores, .. Enumerable.Range(1, count).Select(i => $"n{i}")]);
        try
        {
            ImmutableArray<EtcdServer> etcd = await EtcdServer.StartClusterAsync([.. stores.Select(host => network[host])]);
            return await StartNodesAsync(new ProcessCluster(etcd, network, variables), count);
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a node, or starts it again on its data.</summary>
    public async Task StartNodeAsync(string name, params (string Name, string Value)[] variables)
    {
        var environment = new Dictionary<string, string>
        {
            ["CLUSTER_HOSTNAME"] = name,
            ["CLUSTER_ETCD_ENDPOINTS"] = string.Join(',', EtcdMembers.Select(member => member.Client.GetLeftPart(UriPartial.Authority))),
            ["CLUSTER_BASIC_AUTH_USERNAME"] = "nodes",
            ["CLUSTER_BASIC_AUTH_PASSWORD"] = "hush",
            ["CLUSTER_LEASE_SECONDS"] = "2",
            ["BACKUP_FILESYSTEM_PATH"] = _directory["backups"],
            ["BACKUP_FILESYSTEM_SHARED"] = "true",
            ["ENABLE_MODULES"] = "backup-filesystem",
            ["GRPC_ENABLED"] = "false",
        };
        foreach ((string variable, string value) in _variables.Concat(variables))
        {
            environment[variable] = value;
        }

        NetworkHost host = _network?[name] ?? NetworkHost.Loopback;
        environment["ASPNETCORE_URLS"] = $"http://{host.Address}:0";
        ServerProcess node = await ServerProcess.StartAsync(_directory[name], environment, [.. host.Runner]);
        lock (_nodes)
        {
            _nodes[name] = node;
        }
    }

    /// <summary>Ends a node in the middle of whatever it does.</summary>
    public async Task KillAsync(string name)
    {
        ServerProcess node = _nodes[name];
        await node.KillAsync();
        await node.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ServerProcess node in _nodes.Values)
        {
            await node.DisposeAsync();
        }

        foreach (EtcdServer member in EtcdMembers)
        {
            await member.DisposeAsync();
        }

        if (_network is not null)
        {
            await _network.DisposeAsync();
        }

        _directory.Dispose();
    }

    private static async Task<ProcessCluster> StartNodesAsync(ProcessCluster cluster, int count)
    {
        try
        {
            await Task.WhenAll(Enumerable.Range(1, count).Select(i => cluster.StartNodeAsync($"n{i}")));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }
}
