using Basalt.Bench.Load;
using Basalt.Bench.Targets;

namespace Basalt.Bench.Workloads;

/// <summary>Point reads beside a steady writer.</summary>
internal sealed class ReadWhileWritingWorkload : Workload
{
    private const int WritesPerSecond = 10_000;

    private const string Case = "random gets, 1 reader, beside 10 k/s overwrites";

    public override string Name => "read-while-writing";

    public override string Description =>
        "Point reads of present keys, as fast as one reader can, while another thread overwrites 10,000 of them a second (Buffered, open loop).";

    public override bool UsesReadStores => true;

    public override void Run(BenchContext context)
    {
        long entries = context.Scale.ReadEntries;
        for (int run = 0; run < context.Scale.SideRuns; run++)
        {
            using PreparedKeys reads = PreparedKeys.Chosen(new UniformChooser(0, entries, run), 2 * entries);
            using PreparedKeys writes = PreparedKeys.Chosen(new UniformChooser(0, entries, 1000 + run), entries);
            foreach (OpenStore store in context.ReadStores.Stores.Where(store => run == 0 || store.Kind != context.Sqlite))
            {
                using IStoreSession writer = store.Store.OpenSession();
                OpenLoop writing = new(new PutOperation(writer, writes, new ValueSource(LoadedStore.ValueBytes, run)), WritesPerSecond, 10 * context.Scale.RunTime);
                LoadResult result = ClosedLoop.Run(
                    [new GetOperation(store.Session, reads, LoadedStore.ValueBytes, present: true)], 2 * context.Scale.RunTime);
                writing.Stop();
                context.Add(Name, Case, store.Kind, result);
            }
        }
    }
}
