using Basalt.Bench.Load;
using Basalt.Bench.Reports;
using Basalt.Bench.Targets;

namespace Basalt.Bench.Workloads;

/// <summary>Overwrites of a fixed set of keys until the tree has its steady shape.</summary>
internal sealed class OverwriteWorkload : Workload
{
    public const string AtFullSpeed = "as fast as the store takes them";
    public const string AtSteadyRate = "steady, 20 k/s";
    public const string WriteAmplification = "write amplification";
    public const string SpaceAmplification = "space amplification";
    public const string SpaceBeforeRest = "space amplification right after the last put";

    private const int SteadyRate = 20_000;

    public override string Name => "overwrite";

    public override string Description =>
        "Random overwrites of a fixed population (Buffered, 100-byte values), first as fast as the store takes them, then at a steady 20,000 a second. "
        + "Write amplification is the kernel's count of bytes that the process wrote (log, flushes and compactions; /proc/self/io) for each byte of keys and values; "
        + "space amplification is the length of the sorted files over the live keys and values, uncompressed, once compactions came to rest. Quick runs use trees "
        + "of the default shape with memtables, files and level 1 scaled down, for all stores alike.";

    public override void Run(BenchContext context)
    {
        for (int run = 0; run < context.Scale.OverwriteRuns; run++)
        {
            foreach (IStoreKind kind in new IStoreKind[] { context.Basalt, context.RocksDb })
            {
                RunOnce(context, kind, run);
            }

            context.Say($"overwrite: run {run + 1}");
        }
    }

    private void RunOnce(BenchContext context, IStoreKind kind, int run)
    {
        long population = context.Scale.OverwriteEntries;
        double entryBytes = KeyFormat.Length + LoadedStore.ValueBytes;
        using OpenStore store = OpenStore.Create(context, kind, StoreOptions.Scaled(context.Scale.OverwriteDivisor));
        LoadedStore.Fill(store.Store, 0, population);
        LoadedStore.Settle(store.Store);

        using PreparedKeys keys = PreparedKeys.Chosen(new UniformChooser(0, population, run), context.Scale.OverwriteRounds * population);
        long before = ProcessCounters.WrittenBytes();
        RunMeter cost = new();
        LoadResult result = cost.Finish(ClosedLoop.Run([new PutOperation(store.Session, keys, new ValueSource(LoadedStore.ValueBytes, run))]), store.Path);
        long beforeRest = StoreFiles.Of(store.Path).DataBytes;
        LoadedStore.Settle(store.Store);
        long written = ProcessCounters.WrittenBytes() - before;

        context.Add(Name, AtFullSpeed, kind, result);
        AddRatio(context, kind, AtFullSpeed, WriteAmplification, written / (result.Entries * entryBytes));
        AddRatio(context, kind, AtFullSpeed, SpaceAmplification, StoreFiles.Of(store.Path).DataBytes / (population * entryBytes));
        AddRatio(context, kind, AtFullSpeed, SpaceBeforeRest, beforeRest / (population * entryBytes));
        RunSteadily(context, kind, store, keys, run);
    }

    private void RunSteadily(BenchContext context, IStoreKind kind, OpenStore store, PreparedKeys keys, int run)
    {
        TimeSpan time = 3 * context.Scale.RunTime;
        OpenLoop load = new(new PutOperation(store.Session, keys, new ValueSource(LoadedStore.ValueBytes, run)), SteadyRate, time);
        Thread.Sleep(time + TimeSpan.FromMilliseconds(50));
        LatencyHistogram latency = load.Stop().Between(0, long.MaxValue);
        context.Add(Name, AtSteadyRate, kind, new LoadResult(latency.Count, time, latency));
    }

    private void AddRatio(BenchContext context, IStoreKind kind, string name, string figure, double value) =>
        context.AddFigure(Name, name, kind, figure, FigureUnit.Ratio, value);
}
