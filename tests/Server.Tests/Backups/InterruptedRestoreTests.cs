using Basalt.Backup;
using Basalt.Backup.Tests.Support;
using Basalt.Engine;
using Basalt.Server.Backups;
using Basalt.Server.Shards;
using Basalt.Server.Tests.Support;
using static Basalt.Server.Tests.Backups.BackupClient;

namespace Basalt.Server.Tests.Backups;

/// <summary>What becomes at the next start of a restore that a crash interrupted, by what the crash left.</summary>
public sealed class InterruptedRestoreTests : IAsyncLifetime
{
    private const string Restore = $"{Location}/b1/restore";

    private static readonly RestoreIntent Intent = new(["Book"], ClassRenames.None, null, OverwriteAliases: false, Guid.NewGuid());

    private TestServer _server = null!;
    private SortedDictionary<string, string> _objects = null!;
    private bool _isAway;

    private ApiClient Client => _server.Client;

    private string DataPath => Path.Combine(Path.GetDirectoryName(_server.BackupPath)!, "data");

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(decorateBackend: backend => new InterceptedBackend(backend)
        {
            BeforeList = key => _isAway ? throw new BackupBackendException(key, "the store is away", isTransient: false) : Task.CompletedTask,
        });
        await Client.CreateClassAsync("Book", 20);
        _objects = await Client.ReadObjectsAsync("Book");
        await Client.BackUpAsync("b1");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Restore_ThatHadNotDoneItsOneStep_GoesOn()
    {
        await Client.DeleteAsync("/v1/schema/Book");

        await CrashAsync(TimeSpan.FromMinutes(1));

        await Client.EndOfAsync(Restore, "SUCCESS");
        Assert.Equal(_objects, await Client.ReadObjectsAsync("Book"));
        Assert.DoesNotContain(_server.Host.Database.Keyspaces, keyspace => KeyspaceNames.IsRestored(keyspace.Name));
    }

    [Fact]
    public async Task Restore_ThatHadDoneItsOneStep_HasSucceeded()
    {
        await CrashAsync(TimeSpan.FromMinutes(1), database => database.CreateKeyspace(RestoreHistory.MarkOf(Intent)));

        await Client.EndOfAsync(Restore, "SUCCESS");
        Assert.Equal(_objects, await Client.ReadObjectsAsync("Book"));
        Assert.DoesNotContain(_server.Host.Database.Keyspaces, keyspace => KeyspaceNames.IsRestored(keyspace.Name));
    }

    [Fact]
    public async Task Restore_OfAClassThatCameToBe_FailsAndNamesIt()
    {
        await CrashAsync(TimeSpan.FromMinutes(1));

        string error = (await Client.EndOfAsync(Restore, "FAILED")).GetProperty("error").GetString()!;
        Assert.Contains("'Book'", error, StringComparison.Ordinal);
        Assert.Contains("already exists", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restore_OfABackupThatWasDeleted_FailsWithTheReason()
    {
        await Client.BackUpAsync("b2");
        await Client.DeleteAsync("/v1/schema/Book");
        (await Client.PostAsync($"{Location}/b1/delete", "{}")).Expect(200);

        await CrashAsync(TimeSpan.FromMinutes(1));

        string error = (await Client.EndOfAsync(Restore, "FAILED")).GetProperty("error").GetString()!;
        Assert.Contains("cannot go on", error, StringComparison.Ordinal);
        Assert.Contains("b1", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restore_WhoseStoreIsAway_WaitsAndCanBeCanceled()
    {
        await Client.DeleteAsync("/v1/schema/Book");
        _isAway = true;

        await CrashAsync(TimeSpan.FromMinutes(1));

        (await Client.DeleteAsync(Restore)).ExpectEmpty(204);
        _isAway = false;
        await Client.EndOfAsync(Restore, "CANCELED");
        Assert.Equal(404, (await Client.GetAsync("/v1/schema/Book")).Status);
    }

    [Fact]
    public async Task Cancel_OfOneThatHadDoneItsOneStep_IsTooLate()
    {
        _isAway = true;
        await CrashAsync(TimeSpan.FromMinutes(1), database => database.CreateKeyspace(RestoreHistory.MarkOf(Intent)));

        (await Client.DeleteAsync(Restore)).ExpectHandlerError(422, "already succeeded");

        _isAway = false;
        await Client.EndOfAsync(Restore, "SUCCESS");
        Assert.Equal(_objects, await Client.ReadObjectsAsync("Book"));
    }

    [Fact]
    public async Task Restore_WhoseStoreWasAwayForADay_HasFailed()
    {
        await Client.DeleteAsync("/v1/schema/Book");
        _isAway = true;

        await CrashAsync(TimeSpan.FromHours(25));

        string error = (await Client.EndOfAsync(Restore, "FAILED")).GetProperty("error").GetString()!;
        Assert.Contains("out of reach", error, StringComparison.Ordinal);
    }

    /// <summary>Restarts the server, with what a crash in the middle of a restore leaves in between.</summary>
    /// <param name="age">How long ago the restore began.</param>
    /// <param name="more">What else is done to the database.</param>
    private Task CrashAsync(TimeSpan age, Action<Database>? more = null) => _server.RestartAsync(() =>
    {
        using Database database = Database.Open(DataPath);
        new RestoreHistory(database, TimeProvider.System).Store(
            "filesystem", "b1", new RestoreRecord(BackupState.Started, null, DateTimeOffset.UtcNow - age, null) { Intent = Intent });
        more?.Invoke(database);
    });
}
