using Basalt.Bench.Targets;

namespace Basalt.Bench.Workloads;

/// <summary>One loaded, settled store of each kind, open side by side, each with one session: SQLite's cache belongs to a session.</summary>
internal sealed class ReadStores : IDisposable
{
    private readonly List<OpenStore> _stores = [];

    public IReadOnlyList<OpenStore> Stores => _stores;

    /// <summary>The stores whose turn it is in a run (below 0 to warm up): SQLite has one run, to show the order of magnitude.</summary>
    public IEnumerable<(IStoreKind Kind, IStoreSession Session)> Of(BenchContext context, int run) =>
        _stores.Where(each => run <= 0 || each.Kind != context.Sqlite).Select(each => (each.Kind, each.Session));

    public static ReadStores Load(BenchContext context, StoreOptions options)
    {
        ReadStores stores = new();
        foreach (IStoreKind kind in context.Stores)
        {
            OpenStore store = OpenStore.Create(context, kind, options);
            stores._stores.Add(store);
            LoadedStore.Fill(store.Store, 0, context.Scale.ReadEntries);
            LoadedStore.Settle(store.Store);
        }

        context.Say($"loaded {context.Scale.ReadEntries:N0} entries into each store");
        return stores;
    }

    /// <summary>Closes the stores and opens them with other options.</summary>
    public void Reopen(StoreOptions options)
    {
        _stores.ForEach(store => store.Reopen(options));
        LoadedStore.WaitUntilQuiet();
    }

    public void Dispose() => _stores.ForEach(store => store.Dispose());
}
