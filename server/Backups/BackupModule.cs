using Basalt.Backup;
using Basalt.Server.Api;
using Basalt.Server.Modules;

namespace Basalt.Server.Backups;

/// <summary>An enabled backend for backups: what clients call <c>{backend}</c>. It has the configured store and those that requests name.</summary>
internal sealed class BackupModule : IAsyncDisposable
{
    // Each place that a request names costs a little memory until the server stops.
    private const int MaxStores = 64;

    private readonly Func<string, BackupStore> _open;
    private readonly Func<BackupPlace, string> _locate;
    private readonly Dictionary<string, BackupStore> _others = new(StringComparer.Ordinal);

    // Opened by questions about backups that were then resumed, and not found again by their place.
    private readonly List<BackupStore> _resuming = [];
    private readonly SemaphoreSlim _opening = new(1);

    /// <param name="name">What clients call it, <c>filesystem</c> for example.</param>
    /// <param name="description">What clients may know of its configuration.</param>
    /// <param name="configured">The store at the configured place; the module disposes it.</param>
    /// <param name="locate">Where a place is that a request names, as <see cref="BackupStore.Location"/> tells it; throws <see cref="RequestException"/> if it may not be used.</param>
    /// <param name="open">Opens the store at another place.</param>
    public BackupModule(
        string name, ModuleDescription description, BackupStore configured, Func<BackupPlace, string> locate, Func<string, BackupStore> open)
    {
        Name = name;
        Description = description;
        Configured = configured;
        _locate = locate;
        _open = open;
    }

    /// <summary>What clients call it.</summary>
    public string Name { get; }

    /// <summary>The module that <c>ENABLE_MODULES</c> names.</summary>
    public ModuleDescription Description { get; }

    /// <summary>The store at the configured place.</summary>
    public BackupStore Configured { get; }

    /// <summary>
    /// The store that a request means to work in. One that is met for the first time takes up what the last run of the server left there,
    /// and stays open.
    /// </summary>
    /// <exception cref="RequestException">The place may not be used.</exception>
    /// <exception cref="BackupException">It cannot be read.</exception>
    public async Task<BackupStore> AtAsync(BackupPlace place, CancellationToken cancellationToken)
    {
        if (PathOf(place) is not { } path)
        {
            return Configured;
        }

        await _opening.WaitAsync(cancellationToken);
        try
        {
            if (_others.TryGetValue(path, out BackupStore? known))
            {
                return known;
            }

            if (_others.Count >= MaxStores)
            {
                throw RequestException.Unprocessable(
                    $"the override path '{path}' of the backup is refused: {MaxStores} others are in use; restart the server to use new ones");
            }

            BackupStore store = _open(path);
            try
            {
                await store.RecoverAsync(cancellationToken);
            }
            catch
            {
                await store.DisposeAsync();
                throw;
            }

            _others.Add(path, store);
            return store;
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Has a question answered by the store that a request means. Looking does not keep a store open that nobody works in.</summary>
    /// <exception cref="RequestException">The place may not be used.</exception>
    /// <exception cref="BackupException">It cannot be read.</exception>
    public async Task AskAsync(BackupPlace place, Func<BackupStore, Task> question, CancellationToken cancellationToken)
    {
        if (PathOf(place) is not { } path)
        {
            await question(Configured);
            return;
        }

        if (await FindOpenAsync(path, cancellationToken) is { } known)
        {
            await question(known);
            return;
        }

        BackupStore passing = _open(path);
        try
        {
            await question(passing);
        }
        finally
        {
            await LetGoAsync(path, passing);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Configured.DisposeAsync();
        foreach (BackupStore store in _others.Values)
        {
            await store.DisposeAsync();
        }

        foreach (BackupStore store in _resuming)
        {
            await store.DisposeAsync();
        }

        _opening.Dispose();
    }

    /// <summary>The path of another place than the configured one; null for that.</summary>
    private string? PathOf(BackupPlace place)
    {
        string? path = place == default ? null : _locate(place);
        return path == Path.TrimEndingDirectorySeparator(Configured.Location("")) ? null : path;
    }

    private async Task<BackupStore?> FindOpenAsync(string path, CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken);
        try
        {
            return _others.GetValueOrDefault(path);
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Closes a store after a question, unless that had it resume a backup.</summary>
    private async Task LetGoAsync(string path, BackupStore store)
    {
        if (!store.IsBusy)
        {
            await store.DisposeAsync();
            return;
        }

        await _opening.WaitAsync(CancellationToken.None);
        if (_others.Count >= MaxStores || !_others.TryAdd(path, store))
        {
            _resuming.Add(store);
        }

        _opening.Release();
    }
}
