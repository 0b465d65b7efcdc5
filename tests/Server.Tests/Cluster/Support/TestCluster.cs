using Basalt.Backup;
using Basalt.Server.Cluster;
using Basalt.Server.Cluster.Backups;
using Basalt.Server.Cluster.Etcd;
using Basalt.Server.Configuration;
using Basalt.Server.Hosting;
using Basalt.Server.Tests.Support;
using Basalt.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Basalt.Server.Tests.Cluster.Support;

/// <summary>Nodes of one cluster in this process, each with a data directory of its own, that agree in a store in memory.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly InProcessClusterStore _store = new(TimeProvider.System);
    private readonly Dictionary<string, Node> _nodes = new(StringComparer.Ordinal);

    private string? _backupPath;
    private Func<IBackupBackend, IBackupBackend>? _decorate;
    private bool _isShared = true;
    private CoordinatorLimits _limits = new();
    private TimeSpan _lease;

    /// <summary>Where all nodes keep backups.</summary>
    public string BackupPath => _backupPath ?? _directory["backups"];

    /// <summary>What the nodes agree in.</summary>
    public IClusterStore Store => _store;

    /// <summary>A running node.</summary>
    public Node this[string name] => _nodes[name];

    /// <summary>The running nodes, by name.</summary>
    public IEnumerable<Node> Nodes => _nodes.OrderBy(node => node.Key, StringComparer.Ordinal).Select(node => node.Value);

    /// <summary>Starts nodes n1, n2, ...</summary>
    /// <param name="count">How many.</param>
    /// <param name="backupPath">Where they keep backups; null for a folder of their own.</param>
    /// <param name="decorate">Put around the store of backups of each node.</param>
    /// <param name="isShared">Whether they are told that the folder is one for all.</param>
    /// <param name="limits">How patient backups and restores are.</param>
    /// <param name="lease">How long a node is a member that is not heard of; null: longer than a busy machine keeps one from being heard.</param>
    public static async Task<TestCluster> StartAsync(
        int count,
        string? backupPath = null,
        Func<IBackupBackend, IBackupBackend>? decorate = null,
        bool isShared = true,
        CoordinatorLimits? limits = null,
        TimeSpan? lease = null)
    {
        var cluster = new TestCluster
        {
            _backupPath = backupPath,
            _decorate = decorate,
            _isShared = isShared,
            _limits = limits ?? new CoordinatorLimits(),
            _lease = lease ?? TimeSpan.FromSeconds(10),
        };
        try
        {
            for (int i = 1; i <= count; i++)
            {
                await cluster.StartNodeAsync($"n{i}");
            }

            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a node, or starts it again on its data.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="data">The name of its folder; null takes its own.</param>
    /// <param name="configure">Changes its settings.</param>
    public async Task<Node> StartNodeAsync(string name, string? data = null, Func<ServerSettings, ServerSettings>? configure = null)
    {
        var settings = new ServerSettings
        {
            DataPath = _directory[data ?? name],
            FileSystemBackupPath = BackupPath,
            Urls = ["http://127.0.0.1:0"],
            Grpc = new GrpcSettings(0),
            NodeName = name,
            LogLevel = LogLevel.Critical,
            Cluster = new ClusterSettings(new EtcdOptions { Endpoints = [] }, "/t")
            {
                PeerUser = "nodes",
                PeerPassword = "hush",
                LeaseTimeToLive = _lease,
                IsFileSystemShared = _isShared,
                OperationLimits = _limits,
            },
        };
        var store = new SharedStore(_store);
        ServerHost host = await ServerHost.StartAsync(configure?.Invoke(settings) ?? settings, _decorate, store: store);
        return _nodes[name] = new Node(name, host, store);
    }

    /// <summary>Stops a node.</summary>
    public async Task StopNodeAsync(string name)
    {
        _nodes.Remove(name, out Node? node);
        await node!.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Node node in _nodes.Values)
        {
            await node.DisposeAsync();
        }

        await _store.DisposeAsync();
        _directory.Dispose();
    }

    /// <summary>A running node.</summary>
    internal sealed class Node(string name, ServerHost host, SharedStore store) : IAsyncDisposable
    {
        private GrpcClient? _grpc;

        /// <summary>Its name.</summary>
        public string Name => name;

        /// <summary>The server.</summary>
        public ServerHost Host => host;

        /// <summary>Its way to the store.</summary>
        public SharedStore Store => store;

        /// <summary>A client of it.</summary>
        public ApiClient Client { get; } = new(host.Address);

        /// <summary>A gRPC client of it.</summary>
        public GrpcClient Grpc => _grpc ??= new GrpcClient(host.GrpcAddress!);

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            _grpc?.Dispose();
            await host.DisposeAsync();
        }
    }
}
