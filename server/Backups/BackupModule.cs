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

    /// <summary>The store that a request means. One that is met for the first time takes up what the last run of the server left there.</summary>
    /// <exception cref="RequestException">The place may not be used.</exception>
    /// <exception cref="BackupException">It cannot be read.</exception>
    public async Task<BackupStore> AtAsync(BackupPlace place, CancellationToken cancellationToken)
    {
        if (place == default)
        {
            return Configured;
        }

        string path = _locate(place);
        if (path == Path.TrimEndingDirectorySeparator(Configured.Location("")))
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

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Configured.DisposeAsync();
        foreach (BackupStore store in _others.Values)
        {
            await store.DisposeAsync();
        }

        _opening.Dispose();
    }
}
