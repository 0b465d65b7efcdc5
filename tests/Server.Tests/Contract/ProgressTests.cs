using System.Text.Json;
using Basalt.Server.Tests.Backups;
using Basalt.Server.Tests.Support;
using static Basalt.Server.Tests.Backups.BackupClient;

namespace Basalt.Server.Tests.Contract;

/// <summary>Progress: members of a status beyond the contract. They are there, add up, and are numbers.</summary>
public sealed class ProgressTests : IAsyncLifetime
{
    private static readonly string[] Always = ["bytesTotal", "bytesDone", "bytesReused", "filesTotal", "filesDone", "rate"];

    private GatedServer _gated = null!;

    private ApiClient Client => _gated.Client;

    public async Task InitializeAsync() => _gated = await GatedServer.StartAsync();

    public async Task DisposeAsync() => await _gated.DisposeAsync();

    [Fact]
    public async Task Progress_OfABackup_IsSaneWhileItRunsAndCompleteAtItsEnd()
    {
        await _gated.StartHeldBackupAsync("b1");
        JsonElement running = (await Client.GetAsync($"{Location}/b1")).Expect(200).Json;
        ExpectSane(running);
        Assert.True(Number(running, "bytesDone") < Number(running, "bytesTotal"), running.ToString());
        _gated.Release();

        JsonElement ended = await Client.EndOfAsync($"{Location}/b1", "SUCCESS");

        ExpectComplete(ended);
        Assert.Equal(0, Number(ended, "bytesReused"));
        Assert.False(ended.TryGetProperty("etaSeconds", out JsonElement eta) && eta.GetDouble() > 0);
    }

    [Fact]
    public async Task Progress_OfABackupOfTheSame_ReusesWhatIsThere()
    {
        await Client.BackUpAsync("b1");

        JsonElement second = await Client.BackUpAsync("b2");

        ExpectComplete(second);
        Assert.InRange(Number(second, "bytesReused"), 0, Number(second, "bytesTotal"));
    }

    [Fact]
    public async Task Progress_OfARestore_IsSaneWhileItRunsAndCompleteAtItsEnd()
    {
        JsonElement backup = await Client.BackUpAsync("b1");
        await Client.DeleteAsync("/v1/schema/Author");
        await Client.DeleteAsync("/v1/schema/Book");
        _gated.HoldRestores();
        (await Client.PostAsync($"{Location}/b1/restore", "{}")).Expect(200);
        JsonElement running = await Client.StateAsync($"{Location}/b1/restore", "TRANSFERRING");
        ExpectSane(running);
        _gated.Release();

        JsonElement ended = await Client.EndOfAsync($"{Location}/b1/restore", "SUCCESS");

        ExpectComplete(ended);
        Assert.Equal(Number(backup, "bytesTotal"), Number(ended, "bytesTotal"));
        Assert.Equal(Number(backup, "filesTotal"), Number(ended, "filesTotal"));
    }

    [Fact]
    public async Task Progress_AfterARestart_StillHasTheTotals()
    {
        JsonElement before = await Client.BackUpAsync("b1");

        await _gated.Server.RestartAsync();

        JsonElement after = (await Client.GetAsync($"{Location}/b1")).Expect(200).Json;
        Assert.All(Always.Except(["rate"]), member => Assert.Equal(Number(before, member), Number(after, member)));
    }

    private static void ExpectComplete(JsonElement status)
    {
        ExpectSane(status);
        Assert.True(Number(status, "bytesTotal") > 0, status.ToString());
        Assert.Equal(Number(status, "bytesTotal"), Number(status, "bytesDone"));
        Assert.Equal(Number(status, "filesTotal"), Number(status, "filesDone"));
    }

    private static void ExpectSane(JsonElement status)
    {
        Assert.All(Always, member => Assert.True(Number(status, member) >= 0, $"{member}: {status}"));
        Assert.InRange(Number(status, "bytesDone"), 0, Number(status, "bytesTotal"));
        Assert.InRange(Number(status, "bytesReused"), 0, Number(status, "bytesDone"));
        Assert.InRange(Number(status, "filesDone"), 0, Number(status, "filesTotal"));
        if (status.TryGetProperty("etaSeconds", out JsonElement eta))
        {
            Assert.True(eta.GetDouble() >= 0, status.ToString());
        }
    }

    private static double Number(JsonElement status, string member) => status.GetProperty(member).GetDouble();
}
