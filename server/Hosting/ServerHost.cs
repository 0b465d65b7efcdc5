using Basalt.Backup;
using Basalt.Engine;
using Basalt.Server.Api;
using Basalt.Server.Backups;
using Basalt.Server.Cluster;
using Basalt.Server.Cluster.Clock;
using Basalt.Server.Cluster.Etcd;
using Basalt.Server.Cluster.Operations;
using Basalt.Server.Cluster.Peers;
using Basalt.Server.Configuration;
using Basalt.Server.Diagnostics;
using Basalt.Server.Grpc;
using Basalt.Server.Schema;
using Basalt.Server.Security;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Basalt.Server.Hosting;

/// <summary>
/// A running server inside this process: the database, the classes in it and the HTTP endpoint in front of them. Starts and stops as
/// a whole; several may run in one process on different data directories and ports.
/// </summary>
internal sealed class ServerHost : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly GrpcHost? _grpc;
    private readonly BackupModules _backups;
    private readonly ClusterNode? _cluster;
    private readonly OperationHost? _operations;
    private readonly ILogger _logger;
    private int _disposed;

    private ServerHost(
        WebApplication application,
        GrpcHost? grpc,
        Database database,
        ClassCatalog catalog,
        BackupModules backups,
        ClusterNode? cluster,
        OperationHost? operations,
        ILogger logger)
    {
        _application = application;
        _grpc = grpc;
        _backups = backups;
        _cluster = cluster;
        _operations = operations;
        _logger = logger;
        Database = database;
        Catalog = catalog;
        Address = ListenUrl.Reachable(AddressesOf(application).First());
    }

    /// <summary>The address to reach the server at from this machine, with the port that was really taken.</summary>
    public Uri Address { get; }

    /// <summary>The address of gRPC; null when it is not served.</summary>
    public Uri? GrpcAddress => _grpc?.Address;

    /// <summary>The database behind the server.</summary>
    public Database Database { get; }

    /// <summary>The classes in the database.</summary>
    public ClassCatalog Catalog { get; }

    /// <summary>Everything that the server routes requests to.</summary>
    public IReadOnlyList<Endpoint> Endpoints => [.. ((IEndpointRouteBuilder)_application).DataSources.SelectMany(source => source.Endpoints)];

    /// <summary>The paths of all methods of gRPC.</summary>
    public IEnumerable<string> GrpcPaths => _grpc?.Paths ?? [];

    /// <summary>This node's place in its cluster; null for a node alone.</summary>
    public ClusterNode? Cluster => _cluster;

    /// <summary>Completes when the server stops listening, for whatever reason.</summary>
    public Task Stopped => _application.WaitForShutdownAsync();

    /// <summary>Opens the database, loads the classes and listens. Nothing is left behind when it throws.</summary>
    /// <param name="settings">All that the server is told.</param>
    /// <param name="decorateBackend">Put around each store of backups; a test makes it wait or fail there.</param>
    /// <param name="store">Where the nodes of a cluster agree, for tests; null takes the one of the settings.</param>
    /// <param name="link">Joins it to other nodes; null for a server alone.</param>
    /// <param name="cancellationToken">Gives up the start.</param>
    /// <exception cref="ClusterException">The node cannot be a member of its cluster.</exception>
    /// <exception cref="DatabaseException">The database cannot be opened.</exception>
    /// <exception cref="SettingsException">A module cannot be used as it is set up.</exception>
    /// <exception cref="IOException">An address is taken.</exception>
    public static async Task<ServerHost> StartAsync(
        ServerSettings settings,
        Func<IBackupBackend, IBackupBackend>? decorateBackend = null,
        IClusterStore? store = null,
        PeerLink? link = null,
        CancellationToken cancellationToken = default)
    {
        WebApplicationBuilder builder = KestrelSetup.CreateBuilder(settings);
        WebApplication application = builder.Build();
        Database? database = null;
        BackupModules? backups = null;
        GrpcHost? grpc = null;
        ClusterNode? cluster = null;
        OperationHost? operations = null;
        try
        {
            ILoggerFactory loggers = application.Services.GetRequiredService<ILoggerFactory>();
            ILogger logger = loggers.CreateLogger("Basalt.Server");
            var exporter = application.Services.GetRequiredService<MetricsExporter>();
            Directory.CreateDirectory(settings.DataPath);
            database = await Database.OpenAsync(settings.DataPath, settings.Database with { OnEvent = noted => Log(logger, noted) }, cancellationToken);
            EngineInstruments.AddTo(exporter.Meter, database);
            exporter.Meter.CreateObservableGauge(
                "basalt_server_managed_bytes", () => GC.GetTotalMemory(forceFullCollection: false), description: "Bytes of managed objects.");
            ClassCatalog catalog = await ClassCatalog.LoadAsync(database, settings, logger, cancellationToken);
            if (settings.Cluster is { } clusterSettings)
            {
                store ??= new EtcdClusterStore(clusterSettings.Etcd, TimeProvider.System);
                var bound = new ClockBound(database);
                var clock = new CausalClock(TimeProvider.System, bound.Read(), bound.Write);
                cluster = new ClusterNode(settings, store, catalog, clock, TimeProvider.System, logger);
                catalog.Follow(cluster.Schema);
            }

            backups = BackupModules.Create(settings, database, catalog, exporter.Meter, TimeProvider.System, logger, decorateBackend);
            operations = cluster is null ? null : new OperationHost(cluster, database, catalog, backups, settings, logger);
            var parts = new ServerParts(settings, database, catalog, cluster?.Link ?? link);
            application.Lifetime.ApplicationStopped.Register(parts.Dispose);
            ApiRoutes.Map(application, parts, backups, cluster, operations?.Transfers, logger);
            var access = application.Services.GetRequiredService<AccessControl>();
            grpc = settings.Grpc is null ? null : await GrpcHost.StartAsync(parts, access, cluster, loggers, logger, cancellationToken);
            await application.StartAsync(cancellationToken);
            if (cluster is not null)
            {
                await cluster.JoinAsync(database.Id, ListenUrl.Reachable(AddressesOf(application).First()), cancellationToken);
            }

            operations?.Start();
            backups.StartRecovery();
            backups.StartSchedules();
            var host = new ServerHost(application, grpc, database, catalog, backups, cluster, operations, logger);
            if (grpc is not null)
            {
                ServerLog.ListeningForGrpc(logger, grpc.Address);
            }

            TaskScheduler.UnobservedTaskException += host.LogUnobserved;
            ServerLog.Listening(logger, host.Address, settings.DataPath, catalog.Count);
            StartWarnings.Write(logger, settings, AddressesOf(application), grpc is null ? [] : grpc.Addresses);
            return host;
        }
        catch
        {
            if (grpc is not null)
            {
                await grpc.DisposeAsync();
            }

            await application.DisposeAsync();
            if (operations is not null)
            {
                await operations.DisposeAsync();
            }

            if (cluster is not null)
            {
                await cluster.DisposeAsync();
            }
            else if (store is not null)
            {
                await store.DisposeAsync();
            }

            if (backups is not null)
            {
                await backups.DisposeAsync();
            }

            if (database is not null)
            {
                await database.DisposeAsync();
            }

            throw;
        }
    }

    private static ICollection<string> AddressesOf(WebApplication application) =>
        application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;

    private static void Log(ILogger logger, DatabaseEvent noted) =>
        ServerLog.StoreEvent(
            logger,
            noted.Kind is DatabaseEventKind.WritesRefused or DatabaseEventKind.OutOfSpace or DatabaseEventKind.CompactionStopped ? LogLevel.Error : LogLevel.Warning,
            noted.Kind,
            noted.Message,
            noted.Cause);

    /// <summary>Stops listening, lets requests in flight finish, leaves a running backup to be resumed, then closes the database
    /// cleanly. Idempotent.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        ServerLog.Stopping(_logger);
        await Task.WhenAll(_application.StopAsync(), _grpc is null ? Task.CompletedTask : _grpc.DisposeAsync().AsTask());
        if (_operations is not null)
        {
            await _operations.DisposeAsync();
        }

        await _backups.DisposeAsync();
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        await Database.DisposeAsync();
        ServerLog.Stopped(_logger);
        TaskScheduler.UnobservedTaskException -= LogUnobserved;
        await _application.DisposeAsync();
    }

    private void LogUnobserved(object? sender, UnobservedTaskExceptionEventArgs unobserved) => ServerLog.Unobserved(_logger, unobserved.Exception);
}
