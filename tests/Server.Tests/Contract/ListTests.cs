using System.Text.Json;
using Basalt.Server.Tests.Backups;
using Basalt.Server.Tests.Support;
using static Basalt.Server.Tests.Backups.BackupClient;
using static Basalt.Server.Tests.Contract.ContractRow;

namespace Basalt.Server.Tests.Contract;

/// <summary>Section 1.6: the list of backups.</summary>
public sealed class ListTests : IAsyncLifetime
{
    private static readonly string[] Required = ["classes", "completedAt", "id", "startedAt", "status"];

    private GatedServer _gated = null!;

    private ApiClient Client => _gated.Client;

    public async Task InitializeAsync() => _gated = await GatedServer.StartAsync();

    public async Task DisposeAsync() => await _gated.DisposeAsync();

    [Fact]
    public async Task List_1_6_OfAnEmptyStore_IsAnEmptyArray() =>
        Assert.Equal("[]", (await Client.GetAsync(Location)).Expect(200).Text);

    [Fact]
    public async Task List_1_6_OfACompleteBackup_HasItsMembers()
    {
        JsonElement status = await Client.BackUpAsync("b1", ""","include":["Book"]""");

        JsonElement item = await OnlyItemAsync();

        ExpectMembers(item, [.. Required, "size"]);
        Assert.Equal("""["Book"]""", item.GetProperty("classes").GetRawText());
        foreach (string member in (string[])["id", "status", "startedAt", "completedAt", "size"])
        {
            Assert.Equal(status.GetProperty(member).ToString(), item.GetProperty(member).ToString());
        }
    }

    [Fact]
    public async Task List_1_6_OfARunningBackup_ShowsItAsStartedAtOnce()
    {
        await _gated.StartHeldBackupAsync("b1");

        JsonElement item = await OnlyItemAsync();

        ExpectMembers(item, Required);
        Assert.Equal("STARTED", item.GetProperty("status").GetString());
        Assert.Equal(CreateStatusTests.ZeroTime, item.GetProperty("completedAt").GetString());
        Assert.Equal("""["Author","Book"]""", item.GetProperty("classes").GetRawText());
    }

    [Fact]
    public async Task List_1_6_OfAFailedBackup_ShowsIt()
    {
        await _gated.FailBackupAsync("b1");

        JsonElement item = await OnlyItemAsync();

        ExpectMembers(item, Required, "error");
        Assert.Equal("FAILED", item.GetProperty("status").GetString());
    }

    [Fact]
    public async Task List_1_6_OfACanceledBackup_ShowsIt()
    {
        await _gated.CancelBackupAsync("b1");

        JsonElement item = await OnlyItemAsync();

        ExpectMembers(item, Required, "error");
        Assert.Equal("CANCELED", item.GetProperty("status").GetString());
    }

    [Fact]
    public async Task List_1_6_IsSortedByStart()
    {
        foreach (string id in (string[])["c-first", "a-second", "b-third"])
        {
            await Client.BackUpAsync(id);
        }

        Assert.Equal("b-third a-second c-first", await IdsAsync(""));
        Assert.Equal("b-third a-second c-first", await IdsAsync("?order="));
        Assert.Equal("b-third a-second c-first", await IdsAsync("?order=desc"));
        Assert.Equal("c-first a-second b-third", await IdsAsync("?order=asc"));
    }

    [Theory]
    [InlineData("order unknown", Location + "?order=up", 606, "order in query should be one of [asc desc]")]
    [InlineData("order upper case", Location + "?order=ASC", 606, "order in query")]
    [InlineData("order before backend", "/v1/backups/minio?order=up", 606, "order in query")]
    [InlineData("unknown backend", "/v1/backups/minio", Handler, "no backup provider \"minio\"")]
    public Task List_1_6_ThatCannotBeMade_IsRefused(string row, string path, int code, string part) =>
        Client.ExpectRefusalAsync(row, "GET", path, null, 422, code, part);

    [Fact]
    public async Task List_1_6_IgnoresBucketAndPath()
    {
        await Client.BackUpAsync("b1");

        JsonElement list = (await Client.GetAsync($"{Location}?bucket=other&path=/etc")).Expect(200).Json;

        Assert.Equal("b1", Assert.Single(list.EnumerateArray()).GetProperty("id").GetString());
    }

    private async Task<string> IdsAsync(string query) =>
        string.Join(' ', (await Client.GetAsync(Location + query)).Expect(200).Json.EnumerateArray().Select(item => item.GetProperty("id").GetString()));

    private async Task<JsonElement> OnlyItemAsync() =>
        Assert.Single((await Client.GetAsync(Location)).Expect(200).Json.EnumerateArray());
}
