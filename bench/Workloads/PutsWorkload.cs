using Basalt.Bench.Load;
using Basalt.Bench.Targets;
using Basalt.Engine;

namespace Basalt.Bench.Workloads;

/// <summary>Writes into an empty store.</summary>
internal sealed class PutsWorkload : Workload
{
    public const string Random = "random, Buffered, 1 writer, 100 B";
    public const string SyncOne = "random, Sync, 1 writer, 100 B";
    public const string SyncFour = "random, Sync, 4 writers, 100 B";
    public const string Batches = "random, Buffered, batches of 100, 100 B";

    private const int SqliteShare = 10;

    private static readonly PutCase[] Cases =
    [
        new(Random, KeyOrder.Random, 1, 1, Durability.Buffered, 100, HasGoal: true),
        new("random, Buffered, 2 writers, 100 B", KeyOrder.Random, 2, 1, Durability.Buffered, 100),
        new("sequential, Buffered, 1 writer, 100 B", KeyOrder.Sequential, 1, 1, Durability.Buffered, 100),
        new("random, Buffered, 1 writer, 1 KiB", KeyOrder.Random, 1, 1, Durability.Buffered, 1024),
        new(Batches, KeyOrder.Random, 1, 100, Durability.Buffered, 100, HasGoal: true),
        new(SyncOne, KeyOrder.Random, 1, 1, Durability.Sync, 100, HasGoal: true),
        new("random, Sync, 2 writers, 100 B", KeyOrder.Random, 2, 1, Durability.Sync, 100),
        new(SyncFour, KeyOrder.Random, 4, 1, Durability.Sync, 100, HasGoal: true),
        new("random, Sync, batches of 100, 100 B", KeyOrder.Random, 1, 100, Durability.Sync, 100),
    ];

    public override string Name => "puts";

    public override string Description =>
        "Writes into an empty store: keys of 16 bytes, one call after the other. Buffered writes go on until all entries are in, synced ones for a fixed time.";

    public override void Run(BenchContext context)
    {
        foreach (PutCase each in Cases)
        {
            int runs = each.HasGoal ? context.Scale.Runs : context.Scale.SideRuns;
            for (int run = 0; run < runs; run++)
            {
                foreach (IStoreKind store in context.Stores.Where(store => run == 0 || store != context.Sqlite))
                {
                    context.Add(Name, each.Name, store, RunOnce(context, each, store));
                }
            }

            context.Say($"puts: {each.Name}");
        }
    }

    private static LoadResult RunOnce(BenchContext context, PutCase each, IStoreKind kind)
    {
        bool synced = each.Durability == Durability.Sync;
        long entries = each.HasGoal && !synced ? context.Scale.PutEntries : context.Scale.SideEntries;
        if (kind == context.Sqlite)
        {
            entries /= SqliteShare;
        }

        using ScratchFolder folder = context.CreateFolder();
        string path = folder.Combine("store");
        using IStore store = kind.Open(path, new StoreOptions { Durability = each.Durability });
        List<IDisposable> resources = [];
        try
        {
            List<Operation> threads = [];
            for (int writer = 0; writer < each.Writers; writer++)
            {
                long share = entries / each.Writers;
                IStoreSession session = store.OpenSession();
                PreparedKeys keys = each.Order == KeyOrder.Random
                    ? PreparedKeys.Scattered(writer * share, share)
                    : PreparedKeys.Ordered(writer * share, share);
                ValueSource values = new(each.ValueBytes, writer);
                resources.AddRange([session, keys]);
                threads.Add(each.Batch == 1 ? new PutOperation(session, keys, values) : new BatchPutOperation(session, keys, values, each.Batch));
            }

            RunMeter cost = new();
            return cost.Finish(ClosedLoop.Run(threads, synced ? context.Scale.RunTime : null), path);
        }
        finally
        {
            resources.ForEach(resource => resource.Dispose());
        }
    }
}
