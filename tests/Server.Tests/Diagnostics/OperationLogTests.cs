using System.Net.Http.Headers;
using System.Text.Json;
using Basalt.Server.Tests.Backups;
using Basalt.Server.Tests.Support;
using Basalt.Tests.Support;
using static Basalt.Server.Tests.Backups.BackupClient;

namespace Basalt.Server.Tests.Diagnostics;

/// <summary>What operators read: one line when an operation starts, one when it ends, each with the id, and no secrets.</summary>
public sealed class OperationLogTests
{
    private const string Key = "the-key-of-ann";
    private const string WrongKey = "some-wrong-key";

    [Fact]
    public async Task Log_OfOperations_HasOneLineForEachStartAndEndWithIdAndReasonAndNoSecret()
    {
        using var directory = new TemporaryDirectory();
        await using ServerProcess server = await ServerProcess.StartAsync(directory["data"], new Dictionary<string, string>
        {
            ["LOG_FORMAT"] = "json",
            ["LOG_LEVEL"] = "debug",
            ["AUTHENTICATION_APIKEY_ENABLED"] = "true",
            ["AUTHENTICATION_APIKEY_ALLOWED_KEYS"] = Key,
            ["AUTHENTICATION_APIKEY_USERS"] = "ann",
            ["BACKUP_MIN_DURATION"] = "250ms",
        });
        using var client = new ApiClient(server.Address, new AuthenticationHeaderValue("Bearer", Key));
        using var stranger = new ApiClient(server.Address, new AuthenticationHeaderValue("Bearer", WrongKey));

        (await stranger.GetAsync($"{Location}?key={WrongKey}")).Expect(401);
        await client.CreateClassAsync("Book", 1);
        await client.PutObjectsAsync("Book", 2, 1, "private words");
        await client.BackUpAsync("b1");
        (await client.PostAsync(Location, """{"id":"b2"}""")).Expect(200);
        (await client.DeleteAsync($"{Location}/b2")).ExpectEmpty(204);
        await client.EndOfAsync($"{Location}/b2", "CANCELED");
        (await client.PostAsync($"{Location}/b1/restore", "{}")).Expect(200);
        await client.EndOfAsync($"{Location}/b1/restore", "FAILED");
        await client.DeleteAsync("/v1/schema/Book");
        await client.RestoreAsync("b1");
        server.Terminate();
        Assert.Equal(0, await server.ExitAsync());

        JsonElement[] lines = [.. server.Output.Select(line => JsonElement.Parse(line))];
        Assert.Equal(
            ["31 b1", "31 b2", "33 b1", "34 b2", "35 b1", "35 b1", "36 b1", "37 b1"],
            lines.Where(line => IdOf(line) is not null).Select(line => $"{line.GetProperty("EventId").GetInt32()} {IdOf(line)}").Order(StringComparer.Ordinal));
        Assert.Contains("cancel", ReasonOf(lines, 34), StringComparison.Ordinal);
        Assert.Contains("already exists", ReasonOf(lines, 37), StringComparison.Ordinal);
        Assert.All(server.Output, line => Assert.DoesNotContain(Key, line, StringComparison.Ordinal));
        Assert.All(server.Output, line => Assert.DoesNotContain(WrongKey, line, StringComparison.Ordinal));
        Assert.All(server.Output, line => Assert.DoesNotContain("private words", line, StringComparison.Ordinal));
    }

    private static string? IdOf(JsonElement line) =>
        line.GetProperty("State").TryGetProperty("Id", out JsonElement id) ? id.GetString() : null;

    private static string? ReasonOf(IEnumerable<JsonElement> lines, int eventId) =>
        lines.Single(line => line.GetProperty("EventId").GetInt32() == eventId).GetProperty("State").GetProperty("Reason").GetString();
}
