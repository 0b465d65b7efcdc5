using Basalt.Bench.Load;
using Basalt.Bench.Reports;
using Basalt.Bench.Targets;

namespace Basalt.Bench.Workloads;

/// <summary>How long it takes until a store that was closed, or whose process was killed, answers.</summary>
internal sealed class OpenWorkload : Workload
{
    public const string Clean = "after a clean close";
    public const string Killed = "after a kill";
    public const string OpenTime = "open";

    public const int ValueBytes = 1024;

    public override string Name => "open";

    public override string Description =>
        "Time to open a store and to read one key, after a clean close and after SIGKILL of a process that had just written 32 MiB (Buffered) on top: "
        + "the log that must be replayed is the same at every size of the data. The operating system's cache is warm.";

    /// <summary>Entries that the killed process wrote.</summary>
    public static long KilledEntries => (32L << 20) / (KeyFormat.Length + ValueBytes);

    public static string Case(string how, long bytes) => $"{how}, {Figures.Bytes(bytes)} of data";

    public override void Run(BenchContext context)
    {
        foreach (long bytes in context.Scale.OpenBytes)
        {
            RunAll(context, bytes);
            context.Say($"open: {Figures.Bytes(bytes)}");
        }
    }

    private void RunAll(BenchContext context, long bytes)
    {
        using ScratchFolder folder = context.CreateFolder();
        IStoreKind[] kinds = [context.Basalt, context.RocksDb];
        foreach (IStoreKind kind in kinds)
        {
            using IStore store = kind.Open(folder.Combine(kind.Name), new StoreOptions());
            LoadedStore.Fill(store, 0, bytes / (KeyFormat.Length + ValueBytes), ValueBytes);
            LoadedStore.Settle(store);
        }

        for (int run = 0; run < context.Scale.Runs; run++)
        {
            foreach (IStoreKind kind in kinds)
            {
                AddTime(context, kind, Case(Clean, bytes), folder.Combine(kind.Name));
            }
        }

        for (int run = 0; run < context.Scale.SideRuns; run++)
        {
            foreach (IStoreKind kind in kinds)
            {
                HoldCommand.WriteAndKill(kind, folder.Combine(kind.Name), KilledEntries);
                AddTime(context, kind, Case(Killed, bytes), folder.Combine(kind.Name));
            }
        }
    }

    private void AddTime(BenchContext context, IStoreKind kind, string name, string path)
    {
        Span<byte> key = stackalloc byte[KeyFormat.Length];
        KeyFormat.WriteScattered(0, key);
        byte[] value = new byte[ValueBytes];
        long before = MonotonicClock.Now();
        using IStore store = kind.Open(path, new StoreOptions());
        using IStoreSession session = store.OpenSession();
        bool found = session.Get(key, value);
        context.AddFigure(Name, name, kind, OpenTime, FigureUnit.Nanoseconds, MonotonicClock.Now() - before);
        if (!found)
        {
            throw new InvalidOperationException($"{kind.Name} lost a key that was written before it was closed or killed.");
        }
    }
}
