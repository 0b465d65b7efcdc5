using Basalt.Bench.Load;
using Basalt.Bench.Reports;
using Basalt.Bench.Targets;

namespace Basalt.Bench.Workloads;

/// <summary>Whether writers feel a backup.</summary>
internal sealed class WriteDuringBackupWorkload : Workload
{
    public const string OverIdle = "p99.9 over idle";

    /// <summary>The control beside the stores.</summary>
    public const string NoStore = "no store";

    private const int StoredValueBytes = 1024;
    private const long OverwrittenEntries = 200_000;
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan PlotInterval = TimeSpan.FromMilliseconds(50);

    public override string Name => "write-during-backup";

    public override string Description =>
        "One writer puts 100-byte values at a fixed rate (Buffered, open loop: a latency counts from the time at which the put should have begun) into a store "
        + "that holds values of 1 KiB, while phases follow each other: nothing, a snapshot taken and held, full backups to new folders at full speed, and in the first "
        + "run also incremental backups, a full compaction, and a full backup during one. RocksDB is backed up by its BackupEngine and, in a phase of the first run, by a "
        + "checkpoint that cp copies and sync makes durable. A phase's percentiles are over the calls that fell into it. \"no store\" is a writer that does nothing, while "
        + "cp and sync copy Basalt's files: what it shows is the scheduler's and the virtual machine's share, which no store can go below.";

    public static string Case(int rate, string phase) => $"{rate / 1000} k/s, {phase}";

    public override void Run(BenchContext context)
    {
        using OpenStore basalt = Load(context, context.Basalt);
        using OpenStore rocksDb = Load(context, context.RocksDb);
        context.Say("write-during-backup: loaded");
        foreach (int rate in context.Scale.WriteRates)
        {
            int runs = rate <= context.Scale.GoalRate ? context.Scale.Runs : 1;
            for (int run = 0; run < runs; run++)
            {
                RunOnce(context, basalt, BackupPhases.Of((BasaltStore)basalt.Store, context.Scale), rate, run);
                RunOnce(context, rocksDb, BackupPhases.Of((RocksDbStore)rocksDb.Store, context.Scale), rate, run);
            }

            RunPhases(context, NoStore, new NoOperation(), BackupPhases.OfNoStore(basalt.Path, context.Scale), rate, run: 0);

            context.Say($"write-during-backup: {rate:N0} writes/s");
        }
    }

    private static OpenStore Load(BenchContext context, IStoreKind kind)
    {
        OpenStore store = OpenStore.Create(context, kind, new StoreOptions());
        LoadedStore.Fill(store.Store, OverwrittenEntries, context.Scale.BackupBytes / (KeyFormat.Length + StoredValueBytes), StoredValueBytes);
        LoadedStore.Settle(store.Store);
        return store;
    }

    private void RunOnce(BenchContext context, OpenStore store, IReadOnlyList<BackupPhase> phases, int rate, int run)
    {
        using PreparedKeys keys = PreparedKeys.Chosen(new UniformChooser(0, OverwrittenEntries, run), OverwrittenEntries);
        PutOperation puts = new(store.Session, keys, new ValueSource(LoadedStore.ValueBytes, run));
        RunPhases(context, store.Kind.Name, puts, phases, rate, run);
        LoadedStore.Settle(store.Store);
    }

    private void RunPhases(BenchContext context, string store, Operation operation, IReadOnlyList<BackupPhase> phases, int rate, int run)
    {
        using ScratchFolder repositories = context.CreateFolder();
        List<(BackupPhase Phase, long From, long To)> spans = [];
        OpenLoop load = new(operation, rate, LongestRun);
        try
        {
            Thread.Sleep(Gap);
            foreach (BackupPhase phase in phases.Where(phase => run == 0 || phase.IsInEveryRun))
            {
                long from = MonotonicClock.Now();
                do
                {
                    phase.Run(repositories);
                }
                while (MonotonicClock.Now() - from < phase.AtLeast.TotalNanoseconds);
                spans.Add((phase, from, MonotonicClock.Now()));
                Thread.Sleep(Gap);
            }
        }
        finally
        {
            load.Stop();
        }

        LatencySamples samples = load.Stop();
        if (samples.IsFull)
        {
            throw new InvalidOperationException($"The writer of {store} ended before its phases did: they took longer than {LongestRun}.");
        }

        Report(context, store, samples, spans, rate, run);
    }

    private void Report(
        BenchContext context, string store, LatencySamples samples, List<(BackupPhase Phase, long From, long To)> spans, int rate, int run)
    {
        double idle = 0;
        foreach ((BackupPhase phase, long from, long to) in spans)
        {
            LatencyHistogram latency = samples.Between(from, to);
            context.Report.Add(Name, Case(rate, phase.Name), store, new LoadResult(latency.Count, TimeSpan.FromTicks((to - from) / 100), latency));
            if (phase.Name == BackupPhase.Idle)
            {
                idle = latency.Percentile(99.9);
            }
            else
            {
                context.Report.AddFigure(Name, Case(rate, phase.Name), store, OverIdle, FigureUnit.Ratio, latency.Percentile(99.9) / idle);
            }
        }

        if (run == 0)
        {
            context.Report.AddTimeline(new TimelinePlot(
                Name,
                $"{rate / 1000} k/s",
                store,
                samples.ToTimeline(PlotInterval),
                [.. spans.Select(span => new TimelineSpan(span.Phase.Name, (span.From - samples.Start) / 1e9, (span.To - samples.Start) / 1e9))]));
        }
    }
}
