using System.Diagnostics;
using System.Text.Json;
using Basalt.Server.Configuration;
using Basalt.Server.Tests.Support;
using static Basalt.Server.Tests.Backups.BackupClient;

namespace Basalt.Server.Tests.Backups;

/// <summary>Clients' tests meet operations that still run, however small they are, when <c>BACKUP_MIN_DURATION</c> is set.</summary>
public sealed class MinimumDurationTests : IAsyncLifetime
{
    // Longer than any test lasts: what runs goes on until it is canceled.
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private TestServer _server = null!;
    private bool _isLimited = true;

    private ApiClient Client => _server.Client;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(
            settings => settings with { MinimumBackupDuration = _isLimited ? Long : TimeSpan.FromMilliseconds(50) });
        await Client.CreateClassAsync("Book", 3);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Create_OfLittle_CanBeMetAndCanceled()
    {
        (await Client.PostAsync(Location, """{"id":"b1"}""")).Expect(200);

        string below = Path.Combine(_server.BackupPath, "other");
        (await Client.PostAsync(Location, """{"id":"b2"}""")).ExpectHandlerError(422, "backup b1 already in progress");
        (await Client.PostAsync(Location, """{"id":"b1"}""")).ExpectHandlerError(422, "backup \"b1\" already exists at");
        (await Client.PostAsync(Location, $$$"""{"id":"b2","config":{"Path":{{{JsonSerializer.Serialize(below)}}}}}"""))
            .ExpectHandlerError(422, "backup b1 already in progress");
        (await Client.DeleteAsync($"{Location}/b1")).ExpectEmpty(204);

        await Client.EndOfAsync($"{Location}/b1", "CANCELED");
    }

    [Fact]
    public async Task Restore_OverClassesThatExist_CanBeCanceledBeforeItFails()
    {
        _isLimited = false;
        await _server.RestartAsync();
        await Client.BackUpAsync("b1");
        _isLimited = true;
        await _server.RestartAsync();

        (await Client.PostAsync($"{Location}/b1/restore", "{}")).Expect(200);
        (await Client.PostAsync($"{Location}/b1/restore", "{}")).ExpectHandlerError(422, "restoration b1 already in progress");
        (await Client.DeleteAsync($"{Location}/b1/restore")).ExpectEmpty(204);

        await Client.EndOfAsync($"{Location}/b1/restore", "CANCELED");
    }

    [Fact]
    public async Task Restore_OverClassesThatExistWhenTheServerStops_FailedForTheReasonItHad()
    {
        _isLimited = false;
        await _server.RestartAsync();
        await Client.BackUpAsync("b1");
        _isLimited = true;
        await _server.RestartAsync();
        (await Client.PostAsync($"{Location}/b1/restore", "{}")).Expect(200);

        await _server.RestartAsync();

        JsonElement status = await Client.EndOfAsync($"{Location}/b1/restore", "FAILED");
        Assert.Contains("already exists", status.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backup_WithAShortMinimum_SucceedsAfterIt()
    {
        _isLimited = false;
        await _server.RestartAsync();

        long started = Stopwatch.GetTimestamp();
        await Client.BackUpAsync("b1");

        TimeSpan taken = Stopwatch.GetElapsedTime(started);
        Assert.True(taken >= TimeSpan.FromMilliseconds(50), $"It took {taken}.");
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("250ms", 250)]
    [InlineData("1.5s", 1500)]
    [InlineData("1m", 60_000)]
    public void Setting_WithAUnit_IsADuration(string text, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Read(text).MinimumBackupDuration);

    [Theory]
    [InlineData("2")]
    [InlineData("-1s")]
    [InlineData("s")]
    [InlineData("2m")]
    [InlineData("NaNs")]
    public void Setting_ThatIsNoDuration_IsRefusedByName(string text) =>
        Assert.Contains("BACKUP_MIN_DURATION", Assert.Throws<SettingsException>(() => Read(text)).Message, StringComparison.Ordinal);

    private static ServerSettings Read(string text) =>
        SettingsReader.Read(new Dictionary<string, string> { ["BACKUP_MIN_DURATION"] = text });
}
