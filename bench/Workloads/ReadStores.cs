using Basalt.Bench.Targets;

namespace Basalt.Bench.Workloads;

/// <summary>One loaded, settled store of each kind, open side by side.</summary>
internal sealed class ReadStores : IDisposable
{
    private readonly List<(IStoreKind Kind, IStore Store, ScratchFolder Folder)> _stores = [];

    public IEnumerable<(IStoreKind Kind, IStore Store)> All => _stores.Select(each => (each.Kind, each.Store));

    public static ReadStores Load(BenchContext context, StoreOptions options)
    {
        ReadStores stores = new();
        foreach (IStoreKind kind in context.Stores)
        {
            ScratchFolder folder = context.CreateFolder();
            IStore store = kind.Open(folder.Combine("store"), options);
            stores._stores.Add((kind, store, folder));
            LoadedStore.Fill(store, 0, context.Scale.ReadEntries);
            LoadedStore.Settle(store);
        }

        context.Say($"loaded {context.Scale.ReadEntries:N0} entries into each store");
        return stores;
    }

    /// <summary>Closes the stores and opens them with other options.</summary>
    public void Reopen(StoreOptions options)
    {
        for (int i = 0; i < _stores.Count; i++)
        {
            (IStoreKind kind, IStore store, ScratchFolder folder) = _stores[i];
            store.Dispose();
            _stores[i] = (kind, kind.Open(folder.Combine("store"), options), folder);
        }

        LoadedStore.WaitUntilQuiet();
    }

    public void Dispose()
    {
        foreach ((_, IStore store, ScratchFolder folder) in _stores)
        {
            store.Dispose();
            folder.Dispose();
        }
    }
}
