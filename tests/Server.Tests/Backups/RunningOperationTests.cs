using System.Text.Json;
using Basalt.Backup;
using Basalt.Backup.Tests.Support;
using Basalt.Server.Tests.Support;
using static Basalt.Server.Tests.Backups.BackupClient;

namespace Basalt.Server.Tests.Backups;

/// <summary>What happens while a backup or a restore is on its way: conflicts, cancels, stops. A gate in the store holds it there.</summary>
public sealed class RunningOperationTests : IAsyncLifetime
{
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TestServer _server = null!;
    private InterceptedBackend _store = null!;

    private ApiClient Client => _server.Client;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(decorateBackend: backend => _store = new InterceptedBackend(backend));
        await Client.CreateClassAsync("Book", 20);
    }

    public async Task DisposeAsync()
    {
        _gate.TrySetResult();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Create_WhileAnotherRuns_IsRefusedAndNamesIt()
    {
        HoldBackup();
        (await Client.PostAsync(Location, """{"id":"first"}""")).Expect(200);

        (await Client.PostAsync(Location, """{"id":"second"}""")).ExpectHandlerError(422, "backup first already in progress");
        (await Client.PostAsync(Location, """{"id":"first"}""")).ExpectHandlerError(422, "first", "already exists");

        _gate.SetResult();
        await Client.EndOfAsync($"{Location}/first", "SUCCESS");
        await Client.BackUpAsync("second");
    }

    [Fact]
    public async Task Status_WhileItRuns_HasTheZeroTimeAndIsInTheList()
    {
        HoldBackup();
        (await Client.PostAsync(Location, """{"id":"b1"}""")).Expect(200);

        JsonElement status = await Client.StateAsync($"{Location}/b1", "TRANSFERRING");
        JsonElement listed = Assert.Single((await Client.GetAsync(Location)).Expect(200).Json.EnumerateArray());
        (await Client.PostAsync($"{Location}/b1/restore", "{}")).ExpectHandlerError(422, "status: TRANSFERRING");

        Assert.Equal("0001-01-01T00:00:00.000Z", status.GetProperty("completedAt").GetString());
        Assert.False(status.TryGetProperty("size", out _));
        Assert.Equal("b1", listed.GetProperty("id").GetString());
        _gate.SetResult();
        await Client.EndOfAsync($"{Location}/b1", "SUCCESS");
    }

    [Fact]
    public async Task Cancel_OfARunningBackup_EndsItCanceledAndFreesItsId()
    {
        HoldBackup();
        (await Client.PostAsync(Location, """{"id":"b1"}""")).Expect(200);
        await Client.StateAsync($"{Location}/b1", "TRANSFERRING");

        (await Client.DeleteAsync($"{Location}/b1")).ExpectEmpty(204);
        (await Client.DeleteAsync($"{Location}/b1")).ExpectEmpty(204);
        _gate.SetResult();
        JsonElement status = await Client.EndOfAsync($"{Location}/b1", "CANCELED");

        Assert.Contains("cancel", status.GetProperty("error").GetString(), StringComparison.Ordinal);
        (await Client.PostAsync($"{Location}/b1/restore", "{}")).ExpectHandlerError(422, "status: CANCELED");
        await Client.BackUpAsync("b1");
    }

    [Fact]
    public async Task Cancel_OfARunningRestore_EndsItCanceledAndLeavesNothing()
    {
        await Client.BackUpAsync("b1");
        await Client.DeleteAsync("/v1/schema/Book");
        HoldRestore();
        (await Client.PostAsync($"{Location}/b1/restore", "{}")).Expect(200);
        (await Client.PostAsync($"{Location}/b1/restore", "{}")).ExpectHandlerError(422, "restoration b1 already in progress");

        (await Client.DeleteAsync($"{Location}/b1/restore")).ExpectEmpty(204);
        (await Client.DeleteAsync($"{Location}/b1/restore")).ExpectEmpty(204);
        _gate.SetResult();
        JsonElement status = await Client.EndOfAsync($"{Location}/b1/restore", "CANCELED");

        Assert.Contains("canceled", status.GetProperty("error").GetString(), StringComparison.Ordinal);
        (await Client.GetAsync("/v1/schema/Book")).ExpectEmpty(404);
        await Client.RestoreAsync("b1");
        Assert.Equal(20, (await Client.ReadObjectsAsync("Book")).Count);
    }

    [Fact]
    public async Task Backup_WhenTheServerStopsInTheMiddle_GoesOnAtTheNextStart()
    {
        SortedDictionary<string, string> objects = await Client.ReadObjectsAsync("Book");
        HoldBackup();
        (await Client.PostAsync(Location, """{"id":"b1"}""")).Expect(200);
        await Client.StateAsync($"{Location}/b1", "TRANSFERRING");
        await Client.PutObjectsAsync("Book", 21, 5, "after the cut");

        _ = Task.Run(async () =>
        {
            // The stop waits for the call of the store that is under way.
            await Task.Yield();
            _gate.SetResult();
        });
        await _server.RestartAsync();
        await Client.EndOfAsync($"{Location}/b1", "SUCCESS");
        await Client.DeleteAsync("/v1/schema/Book");
        await Client.RestoreAsync("b1");

        Assert.Equal(objects, await Client.ReadObjectsAsync("Book"));
    }

    [Fact]
    public async Task Class_DeletedWhileItIsBackedUp_IsInTheBackup()
    {
        SortedDictionary<string, string> objects = await Client.ReadObjectsAsync("Book");
        HoldBackup();
        (await Client.PostAsync(Location, """{"id":"b1"}""")).Expect(200);
        await Client.StateAsync($"{Location}/b1", "TRANSFERRING");

        await Client.DeleteAsync("/v1/schema/Book");
        _gate.SetResult();
        await Client.EndOfAsync($"{Location}/b1", "SUCCESS");
        await Client.RestoreAsync("b1");

        Assert.Equal(objects, await Client.ReadObjectsAsync("Book"));
    }

    [Fact]
    public async Task Create_AfterAFailureThatCouldNotBeStored_TakesTheIdAgain()
    {
        _store.BeforePut = key => key.Contains("/pack-", StringComparison.Ordinal) || key.Contains("/outcome-", StringComparison.Ordinal)
            ? throw new BackupBackendException(key, "the store is away", isTransient: false)
            : Task.CompletedTask;
        (await Client.PostAsync(Location, """{"id":"b1"}""")).Expect(200);
        await Client.EndOfAsync($"{Location}/b1", "FAILED");
        _store.BeforePut = _ => Task.CompletedTask;
        await Client.BackUpAsync("b2");

        JsonElement status = await Client.EndOfAsync($"{Location}/b1", "FAILED");
        await Client.BackUpAsync("b1");

        Assert.Contains("the store is away", status.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    // Packs and extents are what a backup transfers; everything of 20 objects fits into a pack.
    private void HoldBackup() => _store.BeforePut = key => key.Contains("/pack-", StringComparison.Ordinal) ? _gate.Task : Task.CompletedTask;

    private void HoldRestore() => _store.BeforeOpen = key => key.Contains("/pack-", StringComparison.Ordinal) ? _gate.Task : Task.CompletedTask;
}
