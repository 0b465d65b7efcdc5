using System.Diagnostics;
using Basalt.Bench.Load;
using Basalt.Bench.Reports;
using Basalt.Bench.Targets;

namespace Basalt.Bench.Workloads;

/// <summary>What a workload works with and reports to.</summary>
internal sealed class BenchContext(BenchScale scale, string dataFolder, ReportData report) : IDisposable
{
    private readonly Stopwatch _elapsed = Stopwatch.StartNew();
    private ReadStores? _readStores;

    public BenchScale Scale => scale;

    public ReportData Report => report;

    public BasaltKind Basalt { get; } = new();

    public RocksDbKind RocksDb { get; } = new();

    public SqliteKind Sqlite { get; } = new();

    /// <summary>All stores, in the order of their turns.</summary>
    public IReadOnlyList<IStoreKind> Stores => [Basalt, RocksDb, Sqlite];

    /// <summary>Loaded stores with the default cache, shared by the workloads that read.</summary>
    public ReadStores ReadStores => _readStores ??= ReadStores.Load(this, new StoreOptions { CacheBytes = ReadCacheBytes });

    /// <summary>The default, or what the data of <see cref="ReadStores"/> needs if that is more.</summary>
    public long ReadCacheBytes => Math.Max(StoreOptions.DefaultCacheBytes, scale.ReadEntries * 256);

    public ScratchFolder CreateFolder() => new(dataFolder);

    /// <summary>Tells the user at the terminal what is going on.</summary>
    public void Say(string line) => Console.WriteLine($"[{_elapsed.Elapsed:mm\\:ss}] {line}");

    public void Add(string workload, string name, IStoreKind store, LoadResult run) => report.Add(workload, name, store.Name, run);

    public void AddFigure(string workload, string name, IStoreKind store, string figure, FigureUnit unit, double value) =>
        report.AddFigure(workload, name, store.Name, figure, unit, value);

    /// <summary>Gives up what the reading workloads share.</summary>
    public void ReleaseReadStores()
    {
        _readStores?.Dispose();
        _readStores = null;
    }

    public void Dispose() => ReleaseReadStores();
}
