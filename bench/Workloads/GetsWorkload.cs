using Basalt.Bench.Load;
using Basalt.Bench.Targets;

namespace Basalt.Bench.Workloads;

/// <summary>Point reads.</summary>
internal sealed class GetsWorkload : Workload
{
    public const string Cached = "random, present, data in the cache";
    public const string LargerThanCache = "random, present, data 4x the cache";
    public const string Absent = "random, absent, data in the cache";

    public override string Name => "gets";

    public override string Description =>
        "Point reads, 1 reader, 100-byte values, after the load was flushed and compactions came to rest. For data larger than the cache the "
        + "same store is opened with a cache of a quarter of its bytes (uncompressed); the operating system's cache stays, for all stores alike.";

    public override bool UsesReadStores => true;

    public override void Run(BenchContext context)
    {
        ReadStores stores = context.ReadStores;
        RunCase(context, stores, Cached, present: true);
        RunCase(context, stores, Absent, present: false);
        stores.Reopen(new StoreOptions { CacheBytes = context.Scale.ReadEntries * (KeyFormat.Length + LoadedStore.ValueBytes) / 4 });
        RunCase(context, stores, LargerThanCache, present: true);
        stores.Reopen(new StoreOptions { CacheBytes = context.ReadCacheBytes });
    }

    private void RunCase(BenchContext context, ReadStores stores, string name, bool present)
    {
        long entries = context.Scale.ReadEntries;
        for (int run = -1; run < context.Scale.Runs; run++)
        {
            // The first reads every part of the data, so that the cache holds what it can.
            TimeSpan time = run < 0 ? 2 * context.Scale.RunTime : context.Scale.RunTime;
            using PreparedKeys keys = PreparedKeys.Chosen(new UniformChooser(present ? 0 : entries, entries, run), 2 * entries);
            foreach ((IStoreKind kind, IStoreSession session) in stores.Of(context, run))
            {
                LoadResult result = ClosedLoop.Run([new GetOperation(session, keys, LoadedStore.ValueBytes, present)], time);
                if (run >= 0)
                {
                    context.Add(Name, name, kind, result);
                }
            }
        }

        context.Say($"gets: {name}");
    }
}
