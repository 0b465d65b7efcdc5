using System.Globalization;
using System.Text.Json;
using static Basalt.Server.Tests.Backups.BackupClient;

namespace Basalt.Server.Tests.Backups;

/// <summary>Making, showing and listing backups.</summary>
public sealed class BackupTests : BackupServerTest
{
    [Fact]
    public async Task Create_WhenAccepted_AnswersStartedWithClassesAndPath()
    {
        await Client.CreateClassAsync("Book", 3);
        await Client.CreateClassAsync("Author", 1);

        JsonElement answer = (await Client.PostAsync(Location, """{"id":"b1","include":[],"exclude":null,"config":{},"unknown":1}""")).Expect(200).Json;

        Assert.Equal("b1", answer.GetProperty("id").GetString());
        Assert.Equal("filesystem", answer.GetProperty("backend").GetString());
        Assert.Equal(Path.Combine(Server.BackupPath, "b1"), answer.GetProperty("path").GetString());
        Assert.Equal("STARTED", answer.GetProperty("status").GetString());
        Assert.Equal(["Author", "Book"], answer.GetProperty("classes").EnumerateArray().Select(name => name.GetString()));
        Assert.False(answer.TryGetProperty("error", out _));
        await Client.EndOfAsync($"{Location}/b1", "SUCCESS");
    }

    [Fact]
    public async Task Status_WhenComplete_HasTimesSizeAndProgress()
    {
        await Client.CreateClassAsync("Book", 100);
        DateTimeOffset before = DateTimeOffset.UtcNow;

        JsonElement status = await Client.BackUpAsync("b1");

        DateTimeOffset started = Time(status, "startedAt");
        DateTimeOffset completed = Time(status, "completedAt");
        Assert.InRange(started, before.AddMilliseconds(-1), completed);
        long bytes = status.GetProperty("bytesTotal").GetInt64();
        Assert.True(bytes > 100);
        Assert.Equal(bytes, status.GetProperty("bytesDone").GetInt64());
        Assert.Equal(bytes / (double)(1 << 30), status.GetProperty("size").GetDouble(), 12);
        Assert.Equal(status.GetProperty("filesTotal").GetInt32(), status.GetProperty("filesDone").GetInt32());
        Assert.True(status.GetProperty("cutMicroseconds").GetDouble() > 0);
        Assert.False(status.TryGetProperty("error", out _));
        Assert.False(status.TryGetProperty("classes", out _));
    }

    [Fact]
    public async Task Create_WithTheModulesOwnName_IsTheSameBackend()
    {
        await Client.CreateClassAsync("Book", 1);

        JsonElement answer = (await Client.PostAsync("/v1/backups/backup-filesystem", """{"id":"b1"}""")).Expect(200).Json;

        Assert.Equal("backup-filesystem", answer.GetProperty("backend").GetString());
        await Client.EndOfAsync($"{Location}/b1", "SUCCESS");
    }

    [Fact]
    public async Task Create_WithIncludeOrExclude_TakesTheClassesMeant()
    {
        await Client.CreateClassAsync("Book", 1);
        await Client.CreateClassAsync("Author", 1);

        await Client.BackUpAsync("included", ""","include":["book"]""");
        await Client.BackUpAsync("excluded", ""","exclude":["Book"]""");

        JsonElement list = (await Client.GetAsync($"{Location}?order=asc")).Expect(200).Json;
        Assert.Equal(
            ["included:Book", "excluded:Author"],
            list.EnumerateArray().Select(item => $"{item.GetProperty("id")}:{string.Join(',', item.GetProperty("classes").EnumerateArray())}"));
    }

    [Fact]
    public async Task Create_OfTheSameData_UploadsNothingAgain()
    {
        await Client.CreateClassAsync("Book", 10_000);
        await Client.PutObjectsAsync("Book", 10_001, 10_000, "more");
        await Client.BackUpAsync("b1");

        JsonElement second = await Client.BackUpAsync("b2");

        long bytes = second.GetProperty("bytesTotal").GetInt64();
        long reused = second.GetProperty("bytesReused").GetInt64();
        Assert.True(reused > bytes / 2, $"Only {reused} of {bytes} bytes were reused.");
    }

    [Fact]
    public async Task List_WithOrder_SortsByStart()
    {
        Assert.Equal("[]", (await Client.GetAsync(Location)).Expect(200).Text);
        await Client.CreateClassAsync("Book", 1);
        await Client.BackUpAsync("first");
        await Client.BackUpAsync("second");

        Assert.Equal(["second", "first"], await IdsAsync(Location));
        Assert.Equal(["second", "first"], await IdsAsync($"{Location}?order=desc"));
        Assert.Equal(["first", "second"], await IdsAsync($"{Location}?order=asc"));
        (await Client.GetAsync($"{Location}?order=up")).ExpectFrameworkError(422, 606, "order", "asc", "desc");
    }

    [Fact]
    public async Task Status_AfterARestartOfTheServer_ComesFromTheRepository()
    {
        await Client.CreateClassAsync("Book", 10);
        JsonElement before = await Client.BackUpAsync("b1");

        await Server.RestartAsync();

        JsonElement after = (await Client.GetAsync($"{Location}/b1")).Expect(200).Json;
        foreach (string member in (string[])["id", "status", "path", "startedAt", "completedAt", "size", "bytesTotal", "bytesDone"])
        {
            Assert.Equal(before.GetProperty(member).ToString(), after.GetProperty(member).ToString());
        }
    }

    private async Task<string[]> IdsAsync(string path) =>
        [.. (await Client.GetAsync(path)).Expect(200).Json.EnumerateArray().Select(item => item.GetProperty("id").GetString()!)];

    private static DateTimeOffset Time(JsonElement status, string member)
    {
        string text = status.GetProperty(member).GetString()!;
        Assert.Matches(@"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\z", text);
        return DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
    }
}
