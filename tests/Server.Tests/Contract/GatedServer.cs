using Basalt.Backup;
using Basalt.Backup.Tests.Support;
using Basalt.Server.Tests.Backups;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Contract;

/// <summary>A server whose store of backups waits or fails where a test wants it to.</summary>
internal sealed class GatedServer : IAsyncDisposable
{
    private readonly Gate _gate = new();
    private InterceptedBackend _store = null!;

    private GatedServer()
    {
    }

    public TestServer Server { get; private set; } = null!;

    public ApiClient Client => Server.Client;

    /// <summary>Ends when what is held has come to its place. "TRANSFERRING" is not enough: until then a cancellation ends it at once.</summary>
    public Task Held => _gate.Reached;

    /// <summary>Starts a server with the classes Author and Book.</summary>
    public static async Task<GatedServer> StartAsync()
    {
        var gated = new GatedServer();
        gated.Server = await TestServer.StartAsync(decorateBackend: backend => gated._store = new InterceptedBackend(backend));
        await gated.Client.CreateClassAsync("Author", 1);
        await gated.Client.CreateClassAsync("Book", 20);
        return gated;
    }

    /// <summary>Backups stay on their way until <see cref="Release"/>: the little that these classes hold is in packs.</summary>
    public void HoldBackups() => _store.BeforePut = key => IsPack(key) ? _gate.PassAsync() : Task.CompletedTask;

    /// <summary>Restores stay on their way until <see cref="Release"/>.</summary>
    public void HoldRestores() => _store.BeforeOpen = key => IsPack(key) ? _gate.PassAsync() : Task.CompletedTask;

    /// <summary>Lets everything go on that waits, and whatever comes later.</summary>
    public void Release() => _gate.Open();

    /// <summary>The store refuses objects whose key has that part; none if it is null.</summary>
    public void RefusePuts(string? part) =>
        _store.BeforePut = key => part is not null && key.Contains(part, StringComparison.Ordinal)
            ? throw new BackupBackendException(key, $"'{key}' was refused", isTransient: false)
            : Task.CompletedTask;

    /// <summary>Starts a backup that stays on its way, and waits until it is held.</summary>
    public async Task StartHeldBackupAsync(string id)
    {
        HoldBackups();
        (await Client.PostAsync(BackupClient.Location, $$"""{"id":"{{id}}"}""")).Expect(200);
        await Client.StateAsync($"{BackupClient.Location}/{id}", "TRANSFERRING");
        await Held;
    }

    /// <summary>Makes a backup that fails.</summary>
    public async Task FailBackupAsync(string id)
    {
        RefusePuts("/pack-");
        (await Client.PostAsync(BackupClient.Location, $$"""{"id":"{{id}}"}""")).Expect(200);
        await Client.EndOfAsync($"{BackupClient.Location}/{id}", "FAILED");
        RefusePuts(null);
    }

    /// <summary>Makes a backup that is canceled while it runs.</summary>
    public async Task CancelBackupAsync(string id)
    {
        await StartHeldBackupAsync(id);
        (await Client.DeleteAsync($"{BackupClient.Location}/{id}")).ExpectEmpty(204);
        Release();
        await Client.EndOfAsync($"{BackupClient.Location}/{id}", "CANCELED");
    }

    public async ValueTask DisposeAsync()
    {
        Release();
        await Server.DisposeAsync();
    }

    private static bool IsPack(string key) => key.Contains("/pack-", StringComparison.Ordinal);
}
