using Basalt.Engine;
using Basalt.Server.Backups;
using Basalt.Server.Cluster.Backups;
using Basalt.Server.Configuration;
using Basalt.Server.Diagnostics;
using Basalt.Server.Schema;

namespace Basalt.Server.Cluster.Operations;

/// <summary>Lets this node take part in backups and restores of the cluster while the server runs.</summary>
internal sealed class OperationHost : IAsyncDisposable
{
    private readonly ClusterBackups _operations;
    private readonly CancellationTokenSource _stopped = new();
    private Task _running = Task.CompletedTask;

    /// <param name="node">This node.</param>
    /// <param name="database">Its database.</param>
    /// <param name="catalog">The classes.</param>
    /// <param name="modules">The places for backups.</param>
    /// <param name="settings">The settings, which have a cluster.</param>
    /// <param name="logger">The log.</param>
    public OperationHost(ClusterNode node, Database database, ClassCatalog catalog, BackupModules modules, ServerSettings settings, ILogger logger)
    {
        var contents = new RestoreContents(modules);
        var share = new ShareWork(node, database, catalog, modules, contents);
        var options = new ClusterBackupOptions
        {
            Node = node.Self,
            Instance = node.Instance,
            Members = () => [.. node.Members.Members.Keys],
            Limits = settings.Cluster!.OperationLimits,
            LockTimeToLive = settings.Cluster.LeaseTimeToLive,
            OnProblem = problem => ServerLog.OperationWaits(logger, problem),
        };
        _operations = new ClusterBackups(node.Store, new BackupKeys(node.Keys.BackupPrefix), share, new CoordinatorWork(node, catalog, modules, contents), options);
        Transfers = new ClusterTransfers(node, catalog, _operations, settings, TimeProvider.System);
    }

    /// <summary>Backups and restores as clients ask for them.</summary>
    public ClusterTransfers Transfers { get; }

    /// <summary>Takes part from here on; the node is a member.</summary>
    public void Start() => _running = _operations.RunAsync(_stopped.Token);

    /// <summary>Leaves what is in progress to be taken up again, by this node or another.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopped.Dispose();
    }
}
