using Basalt.Bench.Load;
using Basalt.Bench.Targets;

namespace Basalt.Bench.Workloads;

/// <summary>YCSB's core workloads.</summary>
internal sealed class YcsbWorkload : Workload
{
    private const int ValueBytes = 1024;

    /// <summary>More calls than any store answers in the time of a run.</summary>
    private const int CallsPerSecond = 800_000;

    public override string Name => "ycsb";

    public override string Description =>
        "YCSB's core workloads A to F on records of 1 KiB, 1 thread, Buffered; keys by a zipfian distribution (0.99), drawn before the clock starts. "
        + "At the quick scale the data fits into the cache. Throughput counts calls.";

    public override void Run(BenchContext context)
    {
        List<OpenStore> stores = [];
        try
        {
            foreach (IStoreKind kind in context.Stores)
            {
                OpenStore store = OpenStore.Create(context, kind, new StoreOptions());
                stores.Add(store);
                LoadedStore.Fill(store.Store, 0, context.Scale.YcsbRecords, ValueBytes);
                LoadedStore.Settle(store.Store);
            }

            context.Say("ycsb: loaded");
            long population = context.Scale.YcsbRecords;
            foreach (YcsbMix mix in YcsbMix.All)
            {
                population = RunMix(context, stores, mix, population);
            }
        }
        finally
        {
            stores.ForEach(store => store.Dispose());
        }
    }

    /// <summary>Inserts that a store did not come to in its time are made up for, so that all begin the next run alike.</summary>
    private long RunMix(BenchContext context, List<OpenStore> stores, YcsbMix mix, long population)
    {
        for (int run = 0; run < context.Scale.YcsbRuns; run++)
        {
            int calls = (int)(CallsPerSecond * context.Scale.RunTime.TotalSeconds);
            using YcsbTrace trace = new(mix, population, calls, run);
            foreach (OpenStore store in stores.Where(store => run == 0 || store.Kind != context.Sqlite))
            {
                LoadResult result = ClosedLoop.Run([new YcsbOperation(store.Session, trace, new ValueSource(ValueBytes, run))], context.Scale.RunTime);
                context.Add(Name, mix.Name, store.Kind, result);
            }

            if (mix.Inserts > 0)
            {
                long inserted = trace.Population - population;
                stores.ForEach(store => LoadedStore.Fill(store.Store, population, inserted, ValueBytes));
                population = trace.Population;
            }
        }

        context.Say($"ycsb: {mix.Name}");
        return population;
    }
}
