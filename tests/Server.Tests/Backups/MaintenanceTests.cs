using System.Text.Json;
using Basalt.Server.Backups;
using Basalt.Server.Tests.Support;
using static Basalt.Server.Tests.Backups.BackupClient;

namespace Basalt.Server.Tests.Backups;

/// <summary>Verification, deletion, retention and collection over REST: what Weaviate has nothing for.</summary>
public sealed class MaintenanceTests : BackupServerTest
{
    [Fact]
    public async Task Verify_OfAGoodAndADamagedBackup_TellsThemApart()
    {
        await Client.CreateClassAsync("Book", 3000);
        await Client.BackUpAsync("b1");
        JsonElement good = (await PostAsync("b1/verify")).Expect(200).Json;
        string victim = Directory
            .EnumerateFiles(Server.BackupPath, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) != "reserve")
            .MaxBy(path => new FileInfo(path).Length)!;
        byte[] bytes = await File.ReadAllBytesAsync(victim);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(victim, bytes);

        JsonElement damaged = (await PostAsync("b1/verify?level=full")).Expect(200).Json;

        Assert.True(good.GetProperty("good").GetBoolean());
        Assert.Equal("existence", good.GetProperty("level").GetString());
        Assert.False(damaged.GetProperty("good").GetBoolean());
        Assert.Equal("full", damaged.GetProperty("level").GetString());
        JsonElement problem = damaged.GetProperty("problems")[0];
        Assert.Contains(Path.GetFileName(victim), problem.GetProperty("object").GetString(), StringComparison.Ordinal);
        Assert.NotEqual("", problem.GetProperty("message").GetString());
    }

    [Fact]
    public async Task DeleteAndGarbageCollection_OfABackup_TakeItAwayAndFreeItsId()
    {
        await Client.CreateClassAsync("Book", 10);
        await Client.BackUpAsync("b1");

        JsonElement deleted = (await PostAsync("b1/delete")).Expect(200).Json;

        Assert.True(deleted.GetProperty("deleted").GetBoolean());
        (await Client.GetAsync($"{Location}/b1")).ExpectHandlerError(404, "b1");
        (await PostAsync("b1/delete")).ExpectHandlerError(404, "b1");
        (await PostAsync("b1/verify")).ExpectHandlerError(404, "b1");
        JsonElement planned = (await PostAsync("gc", """{"minAge":"0","dryRun":true}""")).Expect(200).Json;
        Assert.True(planned.GetProperty("dryRun").GetBoolean());
        Assert.False((await PostAsync("gc")).Expect(200).Json.GetProperty("dryRun").GetBoolean());
        await Client.BackUpAsync("b1");
        Assert.True((await PostAsync("b1/verify?level=full")).Expect(200).Json.GetProperty("good").GetBoolean());
    }

    [Fact]
    public async Task Prune_WithAPolicy_DeletesWhatNoRuleKeeps()
    {
        await Client.CreateClassAsync("Book", 1);
        await Client.BackUpAsync("b1");
        await Client.BackUpAsync("b2");

        JsonElement planned = (await PostAsync("prune", """{"keepLast":1,"dryRun":true}""")).Expect(200).Json;
        (await Client.GetAsync($"{Location}/b1")).Expect(200);
        JsonElement done = (await PostAsync("prune", """{"keepLast":1}""")).Expect(200).Json;

        Assert.True(planned.GetProperty("dryRun").GetBoolean());
        Assert.False(done.GetProperty("dryRun").GetBoolean());
        Assert.Equal(1, done.GetProperty("deleted").GetInt32());
        Assert.Equal(
            [("b2", true), ("b1", false)],
            done.GetProperty("backups").EnumerateArray().Select(backup => (backup.GetProperty("id").GetString()!, backup.GetProperty("kept").GetBoolean())));
        (await Client.GetAsync($"{Location}/b1")).Expect(404);
        (await Client.GetAsync($"{Location}/b2")).Expect(200);
    }

    [Theory]
    [InlineData("b1/verify?level=deep", "{}", 606, "level in query", "checksums")]
    [InlineData("b1/verify?samplePercent=0", "{}", 0, "samplePercent", "'0'")]
    [InlineData("B1/delete", "{}", 0, "invalid backup id", "'B1'")]
    [InlineData("prune", "{}", 0, "no rule", "keepLast")]
    [InlineData("prune", """{"keepLast":-1}""", 609, "keepLast")]
    [InlineData("prune", """{"keepLast":10001}""", 608, "keepLast")]
    [InlineData("prune", """{"keepDaily":"7"}""", 601, "keepDaily", "integer")]
    [InlineData("prune", """{"maxAge":"30"}""", 0, "maxAge", "'30'", "30d")]
    [InlineData("gc", """{"minAge":"366d"}""", 0, "minAge", "'366d'")]
    public async Task Request_ThatBreaksARule_IsRefused(string path, string body, int code, params string[] parts)
    {
        ApiResponse answer = await PostAsync(path, body);

        if (code == 0)
        {
            answer.ExpectHandlerError(422, parts);
        }
        else
        {
            answer.ExpectFrameworkError(422, code, parts);
        }
    }

    [Fact]
    public async Task Backups_NamedAsTheEndpoints_AreReachedAllTheSame()
    {
        await Client.CreateClassAsync("Book", 1);
        await Client.BackUpAsync("prune");

        Assert.True((await PostAsync("prune/verify")).Expect(200).Json.GetProperty("good").GetBoolean());
        (await Client.DeleteAsync($"{Location}/prune")).ExpectHandlerError(422, "\"prune\" already succeeded");
        (await Client.DeleteAsync("/v1/schema/Book")).Expect(200);
        await Client.RestoreAsync("prune");
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("45s", 45)]
    [InlineData("90m", 5400)]
    [InlineData("24h", 86_400)]
    [InlineData("30d", 2_592_000)]
    [InlineData("2w", 1_209_600)]
    [InlineData("", null)]
    [InlineData("d", null)]
    [InlineData("30", null)]
    [InlineData("-1d", null)]
    [InlineData("1.5d", null)]
    [InlineData("36501d", null)]
    [InlineData("99999999999d", null)]
    public void Age_AsPeopleWriteIt_IsReadOrRefused(string text, int? seconds)
    {
        bool isRead = Age.TryParse(text, out TimeSpan age);

        Assert.Equal(seconds is not null, isRead);
        Assert.Equal(TimeSpan.FromSeconds(seconds ?? 0), age);
    }

    private Task<ApiResponse> PostAsync(string path) => Client.SendAsync(HttpMethod.Post, $"{Location}/{path}");

    private Task<ApiResponse> PostAsync(string path, string body) => Client.PostAsync($"{Location}/{path}", body);
}
