using System.Text.Json;
using Basalt.Server.Tests.Backups;
using Basalt.Server.Tests.Support;
using static Basalt.Server.Tests.Backups.BackupClient;
using static Basalt.Server.Tests.Contract.ContractRow;

namespace Basalt.Server.Tests.Contract;

/// <summary>Section 1.5: the state of a backup.</summary>
public sealed class CreateStatusTests : IAsyncLifetime
{
    public const string ZeroTime = "0001-01-01T00:00:00.000Z";

    private const string Status = Location + "/b1";

    private static readonly string[] Required = ["backend", "completedAt", "id", "path", "startedAt", "status"];

    private static readonly string[] Progress =
        ["bytesDone", "bytesReused", "bytesTotal", "cutMicroseconds", "etaSeconds", "filesDone", "filesTotal", "rate"];

    private GatedServer _gated = null!;

    private ApiClient Client => _gated.Client;

    public async Task InitializeAsync() => _gated = await GatedServer.StartAsync();

    public async Task DisposeAsync() => await _gated.DisposeAsync();

    [Fact]
    public async Task Status_1_5_WhileItRuns_HasTheZeroTimeAndNeitherSizeNorError()
    {
        await _gated.StartHeldBackupAsync("b1");

        JsonElement status = (await Client.GetAsync(Status)).Expect(200).Json;

        ExpectMembers(status, Required, Progress);
        Assert.Equal("b1", status.GetProperty("id").GetString());
        Assert.Equal("filesystem", status.GetProperty("backend").GetString());
        Assert.Equal("TRANSFERRING", status.GetProperty("status").GetString());
        Assert.Equal(Path.Combine(_gated.Server.BackupPath, "b1"), status.GetProperty("path").GetString());
        Assert.Equal(ZeroTime, status.GetProperty("completedAt").GetString());
    }

    [Fact]
    public async Task Status_1_5_OfSuccess_HasTimesAndSizeInGiB()
    {
        JsonElement status = await Client.BackUpAsync("b1");

        ExpectMembers(status, [.. Required, "size"], Progress);
        Assert.Matches(@"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\z", status.GetProperty("startedAt").GetString());
        Assert.Matches(@"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\z", status.GetProperty("completedAt").GetString());
        Assert.True(status.GetProperty("startedAt").GetDateTimeOffset() <= status.GetProperty("completedAt").GetDateTimeOffset());
        Assert.Equal(status.GetProperty("bytesTotal").GetInt64() / (double)(1 << 30), status.GetProperty("size").GetDouble(), 12);
    }

    [Fact]
    public async Task Status_1_5_OfFailure_HasTheReasonAndNoSize()
    {
        await _gated.FailBackupAsync("b1");

        JsonElement status = (await Client.GetAsync(Status)).Expect(200).Json;

        ExpectMembers(status, [.. Required, "error"], Progress);
        Assert.Contains("refused", status.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.NotEqual(ZeroTime, status.GetProperty("completedAt").GetString());
    }

    [Fact]
    public async Task Status_1_5_OfACancel_HasTheReasonAndNoSize()
    {
        await _gated.CancelBackupAsync("b1");

        JsonElement status = (await Client.GetAsync(Status)).Expect(200).Json;

        ExpectMembers(status, [.. Required, "error"], Progress);
        Assert.Contains("cancel", status.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.NotEqual(ZeroTime, status.GetProperty("completedAt").GetString());
    }

    [Theory]
    [InlineData("SUCCESS")]
    [InlineData("FAILED")]
    [InlineData("CANCELED")]
    public async Task Status_1_5_AfterARestart_IsServedFromTheStore(string state)
    {
        await (state switch
        {
            "SUCCESS" => Client.BackUpAsync("b1"),
            "FAILED" => _gated.FailBackupAsync("b1"),
            _ => _gated.CancelBackupAsync("b1"),
        });
        JsonElement before = (await Client.GetAsync(Status)).Expect(200).Json;

        await _gated.Server.RestartAsync();

        JsonElement after = (await Client.GetAsync(Status)).Expect(200).Json;
        foreach (string member in Members(before).Except(Progress))
        {
            Assert.Equal(before.GetProperty(member).ToString(), after.GetProperty(member).ToString());
        }

        Assert.Equal(state, after.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Status_1_5_FromAnotherServerOnTheSameStore_IsTheSame()
    {
        JsonElement made = await Client.BackUpAsync("b1");
        string path = _gated.Server.BackupPath;
        await using TestServer other = await TestServer.StartAsync(settings => settings with { FileSystemBackupPath = path, NodeName = "node2" });

        JsonElement seen = (await other.Client.GetAsync(Status)).Expect(200).Json;

        Assert.All(Required, member => Assert.Equal(made.GetProperty(member).ToString(), seen.GetProperty(member).ToString()));
    }

    [Fact]
    public async Task Status_1_5_BackendIsEchoedAsTheRequestSpelledIt()
    {
        await Client.BackUpAsync("b1");

        JsonElement status = (await Client.GetAsync("/v1/backups/backup-filesystem/b1")).Expect(200).Json;

        Assert.Equal("backup-filesystem", status.GetProperty("backend").GetString());
    }

    [Theory]
    [InlineData("unknown id", Location + "/nope", 404, "nope", "metadata not found")]
    [InlineData("unknown backend", "/v1/backups/minio/b1", 422, "no backup provider \"minio\"", "did you enable the right module?")]
    [InlineData("id that no backup may have", Location + "/B1", 422, "B1", "")]
    [InlineData("place that nobody opened", Location + "/b1?path=/etc", 422, "/etc", "")]
    public Task Status_1_5_OfWhatIsNotThere_IsRefused(string row, string path, int status, string part, string otherPart) =>
        Client.ExpectRefusalAsync(row, "GET", path, null, status, Handler, part, otherPart);
}
