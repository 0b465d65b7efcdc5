using Basalt.Bench.Load;
using Basalt.Bench.Targets;

namespace Basalt.Bench.Workloads;

/// <summary>Runs every call of every store often enough that the compiler has made its best code before anything is measured.</summary>
internal static class Warmup
{
    private const long Entries = 50_000;
    private const int Rounds = 4;

    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(100);

    /// <summary>Longer than the compiler waits before it compiles hot methods again.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    public static void Run(BenchContext context)
    {
        foreach (IStoreKind kind in context.Stores)
        {
            using ScratchFolder folder = context.CreateFolder();
            using IStore store = kind.Open(folder.Combine("store"), new StoreOptions());
            for (int round = 0; round < Rounds; round++)
            {
                RunOnce(store);
                Thread.Sleep(Pause);
            }
        }

        context.Say("warmed up");
    }

    private static void RunOnce(IStore store)
    {
        using IStoreSession session = store.OpenSession();
        LoadedStore.Fill(store, 0, Entries);
        using PreparedKeys keys = PreparedKeys.Scattered(0, Entries);
        ValueSource values = new(LoadedStore.ValueBytes, 0);
        ClosedLoop.Run([new PutOperation(session, keys, values)], Slice);
        ClosedLoop.Run([new BatchPutOperation(session, keys, values, 100)], Slice);
        for (int flushed = 0; flushed < 2; flushed++)
        {
            ClosedLoop.Run([new GetOperation(session, keys, LoadedStore.ValueBytes, present: true)], Slice);
            ClosedLoop.Run([new ScanOperation(session, keys, LoadedStore.ValueBytes, 10)], Slice);
            store.Flush();
        }
    }
}
