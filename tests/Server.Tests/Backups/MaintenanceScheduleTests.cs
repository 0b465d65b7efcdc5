using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Basalt.Backup;
using Basalt.Backup.Tests.Support;
using Basalt.Engine;
using Basalt.Server.Backups;
using Basalt.Server.Configuration;
using Basalt.Server.Schema;
using Basalt.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Basalt.Server.Tests.Backups;

/// <summary>A server tends its repositories by itself, again and again, whatever happens.</summary>
public sealed class MaintenanceScheduleTests : IAsyncLifetime, IDisposable
{
    private const int Tended = 41;
    private const int NotTended = 43;

    private readonly TemporaryDirectory _directory = new();
    private readonly ScheduleClock _clock = new();
    private readonly EndOfRunLogger _logger = new();
    private readonly Meter _meter = new($"test-{Guid.NewGuid():n}");
    private readonly ConcurrentDictionary<string, double> _figures = new();
    private readonly MeterListener _listener = new();
    private FileSystemBackend _backend = null!;
    private InterceptedBackend _watched = null!;
    private Database _database = null!;
    private ClassCatalog _catalog = null!;

    public async Task InitializeAsync()
    {
        _backend = new FileSystemBackend(_directory["backups"]);
        _watched = new InterceptedBackend(_backend);
        _database = Database.Open(_directory["data"]);
        _catalog = await ClassCatalog.LoadAsync(_database, new ServerSettings { DataPath = _directory["data"] }, NullLogger.Instance, CancellationToken.None);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == _meter)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => _figures.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
        _listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => _figures[instrument.Name] = value);
        _listener.Start();
        await using var service = new BackupService(_database, _backend);
        Contents.Fill(_database, "Book", 500, seed: 1);
        await service.CreateAsync(new BackupRequest("b1"));
        Contents.Fill(_database, "Author", 500, seed: 2);
        await service.CreateAsync(new BackupRequest("b2") { Include = ["Author"] });
    }

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _meter.Dispose();
        _catalog.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Schedule_WithARetention_DeletesAndFreesWhatNoRuleKeeps()
    {
        await using BackupModules modules = Start(new RetentionPolicy { KeepLast = 1 });

        Assert.Equal(Tended, await NextRunAsync());

        using var repository = new BackupRepository(_backend);
        Assert.Equal(["b2"], (await repository.ListAsync()).Select(backup => backup.Id));
        _listener.RecordObservableInstruments();
        Assert.Equal(1, _figures["basalt_backup_pruned_total"]);
        Assert.Equal(1, _figures["basalt_backup_gc_runs_total"]);
        Assert.InRange(_figures["basalt_backup_gc_freed_bytes_total"], 1, double.MaxValue);
        Assert.InRange(_figures["basalt_backup_gc_last_success_age_seconds"], 0, 60);
    }

    [Fact]
    public async Task Schedule_WithoutARetention_DeletesNoBackup()
    {
        await using BackupModules modules = Start(retention: null);

        Assert.Equal(Tended, await NextRunAsync());

        using var repository = new BackupRepository(_backend);
        Assert.Equal(2, (await repository.ListAsync()).Count);
    }

    [Fact]
    public async Task Schedule_AfterARunThatFailed_GoesOn()
    {
        await using BackupModules modules = Start(retention: null);
        _watched.BeforeList = prefix => throw new BackupBackendException(prefix, "The line is dead.", isTransient: false);
        Assert.Equal(NotTended, await NextRunAsync());
        Assert.False(_figures.ContainsKey("basalt_backup_gc_freed_bytes_total"));
        _watched.BeforeList = _ => throw new InvalidOperationException("A defect.");
        Assert.Equal(NotTended, await NextRunAsync());
        _watched.BeforeList = _ => Task.CompletedTask;

        Assert.Equal(Tended, await NextRunAsync());

        Assert.Equal(3, _figures["basalt_backup_gc_runs_total"]);
    }

    [Fact]
    public async Task Schedule_WhenTheServerStopsInARun_StopsBeforeItsEnd()
    {
        var gate = new Gate();
        BackupModules modules = Start(retention: null);
        _watched.BeforeList = prefix => prefix.StartsWith(".repo/gc", StringComparison.Ordinal) ? gate.PassAsync() : Task.CompletedTask;
        await _clock.PassAsync();
        await gate.Reached;

        ValueTask stopping = modules.DisposeAsync();
        gate.Open();
        await stopping;

        Assert.Equal(0, _logger.Count);
    }

    private BackupModules Start(RetentionPolicy? retention)
    {
        var settings = new ServerSettings
        {
            DataPath = _directory["data"],
            FileSystemBackupPath = _directory["backups"],
            Backups = new BackupSettings
            {
                CollectionInterval = TimeSpan.FromDays(30),
                Collection = new GarbageCollectionOptions { MinimumAge = TimeSpan.Zero },
                Retention = retention,
            },
        };
        BackupModules modules = BackupModules.Create(settings, _database, _catalog, _meter, _clock, _logger, _ => _watched);
        modules.StartSchedules();
        return modules;
    }

    /// <summary>Lets the time pass until the next run and waits for its end.</summary>
    private async Task<int> NextRunAsync()
    {
        Task<int> end = _logger.NextAsync();
        await _clock.PassAsync();
        return await end.WaitAsync(TimeSpan.FromMinutes(2));
    }

    private sealed class EndOfRunLogger : ILogger
    {
        private TaskCompletionSource<int> _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Count { get; private set; }

        public Task<int> NextAsync()
        {
            _next = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
            return _next.Task;
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id is Tended or NotTended)
            {
                Count++;
                _next.TrySetResult(eventId.Id);
            }
        }
    }
}
