using Basalt.Bench.Load;
using Basalt.Bench.Targets;

namespace Basalt.Bench.Workloads;

/// <summary>Range reads.</summary>
internal sealed class ScansWorkload : Workload
{
    public const string Short = "10 entries";
    public const string Long = "1,000 entries";

    public override string Name => "scans";

    public override string Description =>
        "Scans from random keys, 1 reader, data in the cache. Opening the cursor is part of each scan; key and value of every entry are copied. "
        + "Throughput counts entries.";

    public override bool UsesReadStores => true;

    public override void Run(BenchContext context)
    {
        RunCase(context, Short, 10);
        RunCase(context, Long, 1000);
    }

    private void RunCase(BenchContext context, string name, int length)
    {
        for (int run = -1; run < context.Scale.Runs; run++)
        {
            using PreparedKeys keys = PreparedKeys.Chosen(new UniformChooser(0, context.Scale.ReadEntries, run), context.Scale.ReadEntries);
            TimeSpan time = run < 0 ? 2 * context.Scale.RunTime : context.Scale.RunTime;
            foreach ((IStoreKind kind, IStoreSession session) in context.ReadStores.Of(context, run))
            {
                LoadResult result = ClosedLoop.Run([new ScanOperation(session, keys, LoadedStore.ValueBytes, length)], time);
                if (run >= 0)
                {
                    context.Add(Name, name, kind, result);
                }
            }
        }

        context.Say($"scans: {name}");
    }
}
