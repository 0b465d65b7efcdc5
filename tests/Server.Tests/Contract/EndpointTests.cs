using System.Text.Json;
using Basalt.Backup;
using Basalt.Server.Backups;
using Basalt.Server.Tests.Backups;
using Basalt.Server.Tests.Support;
using static Basalt.Server.Tests.Backups.BackupClient;

namespace Basalt.Server.Tests.Contract;

/// <summary>Sections 1.1 and 1.2: endpoints of backups, and the words for states.</summary>
public sealed class EndpointTests(ContractServer shared) : IClassFixture<ContractServer>
{
    private static readonly string[] Words =
        ["STARTED", "TRANSFERRING", "TRANSFERRED", "FINALIZING", "SUCCESS", "FAILED", "CANCELLING", "CANCELED"];

    private ApiClient Client => shared.Client;

    [Theory]
    [InlineData("filesystem")]
    [InlineData("backup-filesystem")]
    public async Task Endpoints_1_1_EveryOneSucceedsUnderBothNamesOfTheBackend(string backend)
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.Client.CreateClassAsync("Book", 1);
        string all = $"/v1/backups/{backend}";

        JsonElement created = (await server.Client.PostAsync(all, """{"id":"b1"}""")).Expect(200).Json;
        await server.Client.EndOfAsync($"{all}/b1", "SUCCESS");
        JsonElement listed = Assert.Single((await server.Client.GetAsync(all)).Expect(200).Json.EnumerateArray());
        (await server.Client.DeleteAsync($"{all}/unknown")).ExpectEmpty(204);
        await server.Client.DeleteAsync("/v1/schema/Book");
        JsonElement restored = (await server.Client.PostAsync($"{all}/b1/restore", "{}")).Expect(200).Json;
        await server.Client.EndOfAsync($"{all}/b1/restore", "SUCCESS");
        (await server.Client.DeleteAsync($"{all}/unknown/restore")).ExpectEmpty(204);

        Assert.Equal("b1", listed.GetProperty("id").GetString());
        Assert.All([created, restored], answer => Assert.Equal(backend, answer.GetProperty("backend").GetString()));
    }

    [Theory]
    [InlineData("PUT", Location, "GET, POST")]
    [InlineData("DELETE", Location, "GET, POST")]
    [InlineData("POST", Location + "/done", "DELETE, GET")]
    [InlineData("PUT", Location + "/done/restore", "DELETE, GET, POST")]
    public async Task Endpoints_1_1_OtherMethodsAre405WithAllow(string method, string path, string allowed)
    {
        ApiResponse answer = await Client.SendAsync(new HttpMethod(method), path);

        answer.ExpectFrameworkError(405, 405, method);
        Assert.Equal(allowed, string.Join(", ", answer.Header("Allow")!.Split(',', StringSplitOptions.TrimEntries).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task Endpoints_1_1_DeleteNeverRemovesAStoredBackup()
    {
        (await Client.DeleteAsync($"{Location}/done")).ExpectHandlerError(422, "done");

        (await Client.GetAsync($"{Location}/done")).Expect(200);
        Assert.True(Directory.Exists(Path.Combine(shared.Server.BackupPath, "done")));
    }

    [Fact]
    public async Task Endpoints_1_1_AnswersAreJson()
    {
        string[] paths = [Location, $"{Location}/done", $"{Location}/nope", "/v1/backups/minio"];

        foreach (string path in paths)
        {
            Assert.Equal("application/json", (await Client.GetAsync(path)).Header("Content-Type"));
        }
    }

    [Fact]
    public void Statuses_1_2_AreTheEightWordsAndNoOther() =>
        Assert.Equal(Words.Order(StringComparer.Ordinal), Enum.GetValues<BackupState>().Select(BackupStatus.Of).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("STARTED TRANSFERRING TRANSFERRED SUCCESS FAILED CANCELLING CANCELED")]
    public void Statuses_1_2_OfABackupHaveNoFinalizing(string words) =>
        Assert.Equal(words.Split(' ').ToHashSet(), Enum.GetValues<BackupState>().Select(BackupStatus.OfCreate).ToHashSet());
}
