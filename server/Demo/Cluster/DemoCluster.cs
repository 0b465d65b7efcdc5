using System.Globalization;
using System.Text.RegularExpressions;
using Basalt.Server.Configuration;

namespace Basalt.Server.Demo.Cluster;

/// <summary>Nodes of one cluster, each a process of its own that can be killed.</summary>
internal sealed partial class DemoCluster : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, ChildProcess> _nodes = new(StringComparer.Ordinal);
    private readonly string _name;
    private readonly DemoEtcd _etcd;
    private readonly DataFolder _folder;

    private readonly long _bytesPerSecond;

    private DemoCluster(string name, long bytesPerSecond, DemoEtcd etcd, DataFolder folder)
    {
        _name = name;
        _bytesPerSecond = bytesPerSecond;
        _etcd = etcd;
        _folder = folder;
    }

    /// <summary>The first node, where the clients of the demo connect.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>The names of the nodes.</summary>
    public IReadOnlyCollection<string> Nodes => _nodes.Keys;

    /// <summary>Starts a cluster.</summary>
    /// <param name="name">Its name in etcd, and of its folder.</param>
    /// <param name="nodes">How many nodes.</param>
    /// <param name="bytesPerSecond">The most that a node transfers, so that there is time to kill one in the midst of it.</param>
    /// <param name="etcd">Where they agree.</param>
    /// <param name="folder">Below which they keep data; the repository in it is shared.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DemoFailureException">A node does not start.</exception>
    public static async Task<DemoCluster> StartAsync(
        string name, int nodes, long bytesPerSecond, DemoEtcd etcd, DataFolder folder, CancellationToken cancellationToken)
    {
        var cluster = new DemoCluster(name, bytesPerSecond, etcd, folder);
        try
        {
            Uri[] addresses = await Task.WhenAll(Enumerable.Range(1, nodes).Select(i => cluster.StartNodeAsync($"node{i}", cancellationToken)));
            cluster.Address = addresses[0];
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a node, or starts it again on its data.</summary>
    /// <returns>Where it listens.</returns>
    public async Task<Uri> StartNodeAsync(string node, CancellationToken cancellationToken)
    {
        var variables = new Dictionary<string, string>
        {
            ["CLUSTER_HOSTNAME"] = node,
            [ClusterSettings.EndpointsVariable] = _etcd.Address.GetLeftPart(UriPartial.Authority),
            ["CLUSTER_ETCD_PREFIX"] = $"/{_name}",
            ["CLUSTER_BASIC_AUTH_USERNAME"] = "demo",
            ["CLUSTER_BASIC_AUTH_PASSWORD"] = Guid.Empty.ToString("N", CultureInfo.InvariantCulture),
            ["CLUSTER_LEASE_SECONDS"] = "3",
            ["PERSISTENCE_DATA_PATH"] = Path.Combine(_folder.Path, _name, node),
            ["BACKUP_FILESYSTEM_PATH"] = _folder.Backups,
            ["BACKUP_FILESYSTEM_SHARED"] = "true",
            ["BACKUP_MAX_RATE"] = _bytesPerSecond.ToString(CultureInfo.InvariantCulture),
            ["ENABLE_MODULES"] = "backup-filesystem",
            ["GRPC_ENABLED"] = "false",
            ["LOG_FORMAT"] = "text",
        };
        (ChildProcess child, string line) = await ChildProcess.StartAsync(
            "dotnet",
            [typeof(DemoCluster).Assembly.Location, "--host", "127.0.0.1", "--port", "0"],
            variables,
            "Listening on ",
            Patience,
            cancellationToken);
        lock (_nodes)
        {
            _nodes[node] = child;
        }

        return new Uri(ListeningLine().Match(line).Groups[1].Value);
    }

    /// <summary>Kills a node.</summary>
    public async Task KillAsync(string node)
    {
        _nodes.Remove(node, out ChildProcess? child);
        await child!.KillAsync();
        await child.DisposeAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (ChildProcess node in _nodes.Values)
        {
            await node.DisposeAsync();
        }
    }

    [GeneratedRegex(@"Listening on (\S+?);")]
    private static partial Regex ListeningLine();
}
