using Basalt.Bench.Load;
using Basalt.Bench.Reports;
using Basalt.Bench.Targets;
using Basalt.Engine;

namespace Basalt.Bench.Workloads;

/// <summary>How long a snapshot holds writers, and how long until its handle is there.</summary>
internal sealed class CutWorkload : Workload
{
    private const int WritesPerSecond = 20_000;
    private const int EntriesPerMiB = (1 << 20) / 200;

    public override string Name => "cut";

    public override string Description =>
        "Many snapshots of Basalt beside a writer of 20,000 puts a second (Buffered). The pause is the time for which the cut holds the commit lock; the handle's "
        + "creation includes the flush of what the memtable held, which writers do not wait for, and the durable lease. Both at several fills of the memtable and sizes of the data.";

    public static string Pause(long data, int fill) => $"writers' pause, {Describe(data, fill)}";

    public static string Creation(long data, int fill) => $"creation of the handle, {Describe(data, fill)}";

    public override void Run(BenchContext context)
    {
        foreach (long data in context.Scale.CutDataBytes)
        {
            using OpenStore store = OpenStore.Create(context, context.Basalt, new StoreOptions());
            LoadedStore.Fill(store.Store, WritesPerSecond, data / (KeyFormat.Length + OpenWorkload.ValueBytes), OpenWorkload.ValueBytes);
            LoadedStore.Settle(store.Store);
            foreach ((int fill, int cuts) in context.Scale.Cuts)
            {
                RunCuts(context, store, data, fill, cuts);
            }

            context.Say($"cut: {Figures.Bytes(data)} of data");
        }
    }

    private static string Describe(long data, int fill) => $"memtable of {fill} MiB, {Figures.Bytes(data)} of data";

    private void RunCuts(BenchContext context, OpenStore store, long data, int fillMiB, int cuts)
    {
        Database database = ((BasaltStore)store.Store).Database;
        using PreparedKeys keys = PreparedKeys.Scattered(0, WritesPerSecond);
        OpenLoop load = new(
            new PutOperation(store.Session, keys, new ValueSource(LoadedStore.ValueBytes, 0)), WritesPerSecond, TimeSpan.FromMinutes(2));
        LatencyHistogram pauses = new();
        LatencyHistogram creations = new();
        long first = MonotonicClock.Now();
        for (int cut = 0; cut < cuts; cut++)
        {
            LoadedStore.Fill(store.Store, 0, (long)fillMiB * EntriesPerMiB, seed: cut);
            long before = MonotonicClock.Now();
            SnapshotHandle handle = database.CreateSnapshotAsync(new SnapshotOptions { Owner = "bench" }).GetAwaiter().GetResult();
            creations.Record(MonotonicClock.Now() - before);
            pauses.Record((long)handle.CutPause.TotalNanoseconds);
            handle.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }

        TimeSpan elapsed = TimeSpan.FromTicks((MonotonicClock.Now() - first) / 100);
        load.Stop();
        context.Add(Name, Pause(data, fillMiB), context.Basalt, new LoadResult(cuts, elapsed, pauses));
        context.Add(Name, Creation(data, fillMiB), context.Basalt, new LoadResult(cuts, elapsed, creations));
    }
}
