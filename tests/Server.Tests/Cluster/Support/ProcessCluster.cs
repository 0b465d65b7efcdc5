using Basalt.Server.Tests.Support;
using Basalt.Tests.Support;

namespace Basalt.Server.Tests.Cluster.Support;

/// <summary>Nodes of one cluster, each a process of its own, on an etcd of their own.</summary>
internal sealed class ProcessCluster : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Dictionary<string, ServerProcess> _nodes = new(StringComparer.Ordinal);
    private readonly (string Name, string Value)[] _variables;

    private ProcessCluster(EtcdServer etcd, (string Name, string Value)[] variables)
    {
        Etcd = etcd;
        _variables = variables;
    }

    /// <summary>Where the nodes agree.</summary>
    public EtcdServer Etcd { get; }

    /// <summary>The names of the nodes that were started.</summary>
    public IEnumerable<string> Nodes => _nodes.Keys.Order(StringComparer.Ordinal);

    /// <summary>A node.</summary>
    public ServerProcess this[string name] => _nodes[name];

    /// <summary>Starts nodes n1, n2, ... with further variables in their environment.</summary>
    public static async Task<ProcessCluster> StartAsync(int count, params (string Name, string Value)[] variables)
    {
        var cluster = new ProcessCluster(await EtcdServer.StartAsync(), variables);
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

    /// <summary>Starts a node, or starts it again on its data.</summary>
    public async Task StartNodeAsync(string name, params (string Name, string Value)[] variables)
    {
        var environment = new Dictionary<string, string>
        {
            ["CLUSTER_HOSTNAME"] = name,
            ["CLUSTER_ETCD_ENDPOINTS"] = Etcd.Client.GetLeftPart(UriPartial.Authority),
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

        ServerProcess node = await ServerProcess.StartAsync(_directory[name], environment);
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

        await Etcd.DisposeAsync();
        _directory.Dispose();
    }
}
