using System.Diagnostics.Metrics;
using Basalt.Backup;
using Basalt.Backup.Gcs;
using Basalt.Backup.S3;
using Basalt.Engine;
using Basalt.Server.Configuration;
using Basalt.Server.Diagnostics;
using Basalt.Server.Modules;
using Basalt.Server.Schema;

namespace Basalt.Server.Backups;

/// <summary>The enabled places for backups, made from the settings.</summary>
internal sealed class BackupModules : IAsyncDisposable
{
    // A place that is not there at the start, or holds no backups, is looked at again after pauses that grow from the one to the other.
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(2);

    private readonly List<BackupModule> _modules = [];
    private readonly List<IDisposable> _connections = [];
    private readonly List<MaintenanceSchedule> _schedules = [];
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private readonly OperationGate _creates = new("backup");
    private readonly OperationGate _restores = new("restoration");
    private readonly CancellationTokenSource _stopping = new();
    private readonly Func<BackupModule, MaintenanceSchedule>? _startSchedule;
    private Task _recovery = Task.CompletedTask;

    private BackupModules(BackupSettings settings, Meter metrics, ILogger logger, TimeProvider clock)
    {
        _logger = logger;
        _clock = clock;
        if (settings.CollectionInterval > TimeSpan.Zero)
        {
            var figures = new MaintenanceMetrics(metrics, clock);
            _startSchedule = module => new MaintenanceSchedule(module.Configured, settings, figures, clock, Random.Shared.NextDouble, logger);
        }
    }

    /// <summary>What <c>/v1/meta</c> shows.</summary>
    public IReadOnlyList<ModuleDescription> Descriptions => [.. _modules.Select(module => module.Description)];

    /// <summary>Makes the modules.</summary>
    /// <param name="settings">Says which.</param>
    /// <param name="database">What is backed up.</param>
    /// <param name="catalog">The classes in it.</param>
    /// <param name="metrics">Where figures are shown.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <param name="decorate">Put around each store; a test makes it wait or fail there.</param>
    /// <exception cref="SettingsException">A module cannot be used as it is set up.</exception>
    public static BackupModules Create(
        ServerSettings settings,
        Database database,
        ClassCatalog catalog,
        Meter metrics,
        TimeProvider clock,
        ILogger logger,
        Func<IBackupBackend, IBackupBackend>? decorate = null)
    {
        var modules = new BackupModules(settings.Backups, metrics, logger, clock);
        foreach (string name in settings.EnabledModules.Where(name => name is not (FileSystemModule.ModuleName or S3Module.ModuleName or GcsModule.ModuleName)))
        {
            ServerLog.ModuleUnknown(logger, name);
        }

        var around = new Lazy<BackupSurroundings>(() => new BackupSurroundings(
            catalog, new RestoreHistory(database, clock), modules._creates, modules._restores, new BackupMetrics(metrics, clock), clock, logger));
        if (settings.FileSystemBackupPath is { } path)
        {
            string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
            var overrides = new OverridePath([path, .. settings.BackupOverrideRoots]);
            modules._modules.Add(new BackupModule(
                FileSystemModule.Name,
                FileSystemModule.Describe(path),
                Open(FileSystemModule.Name, FileSystemModule.Name, FileSystemModule.CreateBackend(path, clock)),
                place => place.Path is null ? root : overrides.Resolve(place.Path),
                other => Open(FileSystemModule.Name, $"{FileSystemModule.Name}:{other}", new FileSystemBackend(other, clock))));
        }

        if (settings.S3Backup is { } s3)
        {
            var backend = new S3Backend(s3);
            modules._connections.Add(backend);
            modules._modules.Add(new BackupModule(
                S3Module.Name,
                S3Module.Describe(s3),
                Open(S3Module.Name, S3Module.Name, backend),
                new BucketPlaces(BucketRules.S3, s3.Bucket, s3.Path, settings.BackupOverrideBuckets).Locate,
                other =>
                {
                    (string bucket, string path) = BucketPlaces.Split(other);
                    return Open(S3Module.Name, $"{S3Module.Name}:{other}", backend.At(bucket, path));
                }));
        }

        if (settings.GcsBackup is { } gcs)
        {
            var backend = new GcsBackend(gcs);
            modules._connections.Add(backend);
            modules._modules.Add(new BackupModule(
                GcsModule.Name,
                GcsModule.Describe(gcs),
                Open(GcsModule.Name, GcsModule.Name, backend),
                new BucketPlaces(BucketRules.Gcs, gcs.Bucket, gcs.Path, settings.BackupOverrideBuckets).Locate,
                other =>
                {
                    (string bucket, string path) = BucketPlaces.Split(other);
                    return Open(GcsModule.Name, $"{GcsModule.Name}:{other}", backend.At(bucket, path));
                }));
        }

        return modules;

        BackupStore Open(string name, string historyName, IBackupBackend backend)
        {
            var pace = new OperationPace(settings.MinimumBackupDuration, clock);
            IBackupBackend decorated = decorate?.Invoke(backend) ?? backend;
            var service = new BackupService(
                database,
                pace.IsLimiting ? new PacedBackend(decorated, pace) : decorated,
                new BackupOptions
                {
                    NodeName = settings.NodeName,
                    TimeProvider = clock,
                    MaxBytesPerSecond = settings.Backups.MaxBytesPerSecond,
                    AllowDegradedStores = settings.Backups.AllowDegradedStores,
                });
            return new BackupStore(name, historyName, service, pace, around.Value);
        }
    }

    /// <summary>The module of that name, or of the name that <c>ENABLE_MODULES</c> has for it; null if it is not enabled.</summary>
    public BackupModule? Find(string name) => _modules.FirstOrDefault(module => module.Name == name || module.Description.Name == name);

    /// <summary>
    /// Begins to resume or end what the last run of the server left unfinished. Not awaited: the server is of use although a store of backups
    /// is out of reach, and tried again until it worked.
    /// </summary>
    public void StartRecovery() => _recovery = Task.WhenAll(_modules.Select(module => RecoverAsync(module, _stopping.Token)));

    /// <summary>Begins to tend the repositories at their configured places, if the settings say so.</summary>
    public void StartSchedules()
    {
        if (_startSchedule is not null)
        {
            _schedules.AddRange(_modules.Select(_startSchedule));
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _recovery;
        foreach (MaintenanceSchedule schedule in _schedules)
        {
            await schedule.DisposeAsync();
        }

        foreach (BackupModule module in _modules)
        {
            await module.DisposeAsync();
        }

        foreach (IDisposable connection in _connections)
        {
            connection.Dispose();
        }

        _creates.Dispose();
        _restores.Dispose();
        _stopping.Dispose();
    }

    private async Task RecoverAsync(BackupModule module, CancellationToken cancellationToken)
    {
        try
        {
            for (TimeSpan pause = FirstPause; !await TryRecoverAsync(module, pause, cancellationToken); pause = Longer(pause))
            {
                await Task.Delay(pause, _clock, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The server stops; its next run begins with this.
        }
    }

    private async Task<bool> TryRecoverAsync(BackupModule module, TimeSpan pause, CancellationToken cancellationToken)
    {
        try
        {
            return await module.Configured.RecoverAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is BackupException or DatabaseException)
        {
            ServerLog.RecoveryFailed(_logger, module.Name, pause, failure.Message);
            return false;
        }
    }

    private static TimeSpan Longer(TimeSpan pause) => pause * 2 < LongestPause ? pause * 2 : LongestPause;
}
