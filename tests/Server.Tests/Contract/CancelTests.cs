using System.Text.Json;
using Basalt.Backup;
using Basalt.Server.Backups;
using Basalt.Server.Tests.Backups;
using Basalt.Server.Tests.Support;
using static Basalt.Server.Tests.Backups.BackupClient;
using static Basalt.Server.Tests.Contract.ContractRow;

namespace Basalt.Server.Tests.Contract;

/// <summary>Section 1.11: cancels of backups and restores.</summary>
public sealed class CancelTests : IAsyncLifetime
{
    private const string Backup = Location + "/b1";
    private const string Restore = Backup + "/restore";

    private GatedServer _gated = null!;

    private ApiClient Client => _gated.Client;

    public async Task InitializeAsync() => _gated = await GatedServer.StartAsync();

    public async Task DisposeAsync() => await _gated.DisposeAsync();

    [Theory]
    [InlineData("create: invalid id", Location + "/B1", "invalid backup id: 'B1'")]
    [InlineData("create: unknown backend", "/v1/backups/minio/b1", "no backup provider \"minio\"")]
    [InlineData("restore: invalid id", Location + "/B1/restore", "invalid backup id: 'B1'")]
    [InlineData("restore: unknown backend", "/v1/backups/minio/b1/restore", "no backup provider \"minio\"")]
    public Task Cancel_1_11_ThatMeansNothing_IsRefused(string row, string path, string part) =>
        Client.ExpectRefusalAsync(row, "DELETE", path, null, 422, Handler, part);

    [Theory]
    [InlineData(Backup)]
    [InlineData(Restore)]
    public async Task Cancel_1_11_OfAnUnknownId_DoesNothing(string path) => (await Client.DeleteAsync(path)).ExpectEmpty(204);

    [Fact]
    public async Task CancelCreate_1_11_OfACompleteBackup_IsRefused()
    {
        await Client.BackUpAsync("b1");

        await Client.ExpectRefusalAsync("SUCCESS", "DELETE", Backup, null, 422, Handler, "backup \"b1\" already succeeded");

        await Client.EndOfAsync(Backup, "SUCCESS");
    }

    [Fact]
    public async Task CancelCreate_1_11_OfAFailedBackup_DoesNothing()
    {
        await _gated.FailBackupAsync("b1");

        (await Client.DeleteAsync(Backup)).ExpectEmpty(204);

        await Client.EndOfAsync(Backup, "FAILED");
    }

    [Fact]
    public async Task CancelCreate_1_11_OfARunningBackup_EndsItCanceledAndMayBeRepeated()
    {
        await _gated.StartHeldBackupAsync("b1");

        (await Client.DeleteAsync(Backup)).ExpectEmpty(204);
        (await Client.DeleteAsync(Backup)).ExpectEmpty(204);
        _gated.Release();

        JsonElement status = await Client.EndOfAsync(Backup, "CANCELED");
        Assert.Contains("cancel", status.GetProperty("error").GetString(), StringComparison.Ordinal);
        (await Client.DeleteAsync(Backup)).ExpectEmpty(204);
        await _gated.Server.RestartAsync();
        await Client.EndOfAsync(Backup, "CANCELED");
    }

    /// <summary>Either the cancel was in time and says so, or it was not and says so.</summary>
    [Fact]
    public async Task CancelCreate_1_11_WheneverItComes_ItsAnswerFitsTheEnd()
    {
        for (int attempt = 0; attempt < 20; attempt++)
        {
            string path = $"{Location}/try-{attempt}";
            (await Client.PostAsync(Location, $$"""{"id":"try-{{attempt}}"}""")).Expect(200);
            for (int polls = 0; polls < attempt; polls++)
            {
                await Client.GetAsync(path);
            }

            ApiResponse answer = await Client.DeleteAsync(path);

            await Client.EndOfAsync(path, answer.Status == 204 ? "CANCELED" : "SUCCESS");
        }
    }

    [Fact]
    public async Task CancelRestore_1_11_WhenItWasNeverStarted_DoesNothing()
    {
        await Client.BackUpAsync("b1");

        (await Client.DeleteAsync(Restore)).ExpectEmpty(204);

        (await Client.GetAsync(Restore)).ExpectHandlerError(404, "b1");
    }

    [Fact]
    public async Task CancelRestore_1_11_OfACompleteOne_IsRefused()
    {
        await BackUpAndDropAsync();
        await Client.RestoreAsync("b1");

        await Client.ExpectRefusalAsync("SUCCESS", "DELETE", Restore, null, 422, Handler, "restore \"b1\" already succeeded");

        await _gated.Server.RestartAsync();
        await Client.ExpectRefusalAsync("SUCCESS, restarted", "DELETE", Restore, null, 422, Handler, "restore \"b1\" already succeeded");
    }

    [Fact]
    public async Task CancelRestore_1_11_OfAFailedOne_DoesNothing()
    {
        await Client.BackUpAsync("b1");
        (await Client.PostAsync(Restore, "{}")).Expect(200);
        await Client.EndOfAsync(Restore, "FAILED");

        (await Client.DeleteAsync(Restore)).ExpectEmpty(204);

        await Client.EndOfAsync(Restore, "FAILED");
    }

    [Fact]
    public async Task CancelRestore_1_11_OfOneThatIsFinalizing_IsRefused()
    {
        await Client.BackUpAsync("b1");
        new RestoreHistory(_gated.Server.Host.Database, TimeProvider.System)
            .Store("filesystem", "b1", new RestoreRecord(BackupState.Finalizing, null, DateTimeOffset.UtcNow, null));

        await Client.ExpectRefusalAsync(
            "FINALIZING", "DELETE", Restore, null, 422, Handler, "restore \"b1\" is applying schema changes and cannot be cancelled");
    }

    [Fact]
    public async Task CancelRestore_1_11_OfARunningOne_EndsItCanceledAndLeavesNothing()
    {
        await BackUpAndDropAsync();
        _gated.HoldRestores();
        (await Client.PostAsync(Restore, "{}")).Expect(200);
        await Client.StateAsync(Restore, "TRANSFERRING");
        await _gated.Held;

        (await Client.DeleteAsync(Restore)).ExpectEmpty(204);
        Assert.Equal("CANCELLING", (await Client.GetAsync(Restore)).Expect(200).Json.GetProperty("status").GetString());
        (await Client.DeleteAsync(Restore)).ExpectEmpty(204);
        await Client.ExpectRefusalAsync("1.9 #16", "POST", Restore, "{}", 422, Handler, "restoration b1 already in progress");
        _gated.Release();

        JsonElement status = await Client.EndOfAsync(Restore, "CANCELED");
        Assert.Contains("restore canceled by user", status.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Contains("b1", status.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal("""{"classes":[]}""", (await Client.GetAsync("/v1/schema")).Expect(200).Text);
        (await Client.DeleteAsync(Restore)).ExpectEmpty(204);
        await Client.RestoreAsync("b1");
    }

    private async Task BackUpAndDropAsync()
    {
        await Client.BackUpAsync("b1");
        await Client.DeleteAsync("/v1/schema/Author");
        await Client.DeleteAsync("/v1/schema/Book");
    }
}
