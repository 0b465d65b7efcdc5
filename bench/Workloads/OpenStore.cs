using Basalt.Bench.Targets;

namespace Basalt.Bench.Workloads;

/// <summary>A store in a folder of its own, with one session.</summary>
internal sealed class OpenStore : IDisposable
{
    private readonly ScratchFolder _folder;

    private OpenStore(IStoreKind kind, ScratchFolder folder, StoreOptions options)
    {
        Kind = kind;
        _folder = folder;
        Path = folder.Combine("store");
        Store = kind.Open(Path, options);
        Session = Store.OpenSession();
    }

    public IStoreKind Kind { get; }

    public string Path { get; }

    public IStore Store { get; private set; }

    public IStoreSession Session { get; private set; }

    public static OpenStore Create(BenchContext context, IStoreKind kind, StoreOptions options) => new(kind, context.CreateFolder(), options);

    public void Reopen(StoreOptions options)
    {
        Close();
        Store = Kind.Open(Path, options);
        Session = Store.OpenSession();
    }

    public void Close()
    {
        Session.Dispose();
        Store.Dispose();
    }

    public void Dispose()
    {
        Close();
        _folder.Dispose();
    }
}
