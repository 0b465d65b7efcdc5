using System.Diagnostics;
using Basalt.Bench.Load;
using Basalt.Bench.Reports;
using Basalt.Bench.Targets;

namespace Basalt.Bench.Workloads;

/// <summary>What a workload works with and reports to.</summary>
internal sealed class BenchContext(BenchScale scale, string dataFolder, ReportData report)
{
    private readonly Stopwatch _elapsed = Stopwatch.StartNew();

    public BenchScale Scale => scale;

    public ReportData Report => report;

    public BasaltKind Basalt { get; } = new();

    public RocksDbKind RocksDb { get; } = new();

    public SqliteKind Sqlite { get; } = new();

    /// <summary>All stores, in the order of their turns.</summary>
    public IReadOnlyList<IStoreKind> Stores => [Basalt, RocksDb, Sqlite];

    public ScratchFolder CreateFolder() => new(dataFolder);

    /// <summary>Tells the user at the terminal what is going on.</summary>
    public void Say(string line) => Console.WriteLine($"[{_elapsed.Elapsed:mm\\:ss}] {line}");

    public void Add(string workload, string name, IStoreKind store, LoadResult run) => report.Add(workload, name, store.Name, run);
}
