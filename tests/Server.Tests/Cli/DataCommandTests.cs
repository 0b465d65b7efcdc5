using System.Text.Json;
using Basalt.Server.Hosting;
using Basalt.Server.Tests.Backups;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Cli;

/// <summary>Making and restoring backups beside a stopped server.</summary>
public sealed class DataCommandTests(StoppedServer stopped) : IClassFixture<StoppedServer>
{
    [Fact]
    public async Task Restore_IntoANewDataDirectory_IsServedByTheNextServer()
    {
        string data = stopped.NewFolder();

        JsonElement restored = (await CommandRun.OfAsync("restore", "b1", stopped.RepositoryUrl, "--data", data, "--include", "Book", "--json"))
            .Expect(0).Json;

        Assert.Equal(["Book"], restored.GetProperty("classes").EnumerateArray().Select(name => name.GetString()));
        Assert.True(restored.GetProperty("bytes").GetInt64() > 0);
        await using ServerHost server = await stopped.ServeAsync(data);
        using var client = new ApiClient(server.Address);
        Assert.Equal(stopped.Books, await client.ReadObjectsAsync("Book"));
        (await client.GetAsync("/v1/schema/Author")).ExpectEmpty(404);
        await client.PutObjectsAsync("Book", 1, 1, "new");
    }

    [Fact]
    public async Task Restore_UnderANewName_IsServedByTheNextServer()
    {
        string data = stopped.NewFolder();

        JsonElement restored = (await CommandRun.OfAsync(
            "restore", "b1", stopped.Repository, "--data", data, "--include", "Book", "--rename", "Book=OldBook", "--max-rate", "100M", "--json")).Expect(0).Json;

        Assert.Equal(["OldBook"], restored.GetProperty("classes").EnumerateArray().Select(name => name.GetString()));
        (await CommandRun.OfAsync("restore", "b1", stopped.Repository, "--data", data, "--rename", "Page=Sheet")).ExpectFailure(1, "Page");
        (await CommandRun.OfAsync("restore", "b1", stopped.Repository, "--data", data, "--rename", "Book")).ExpectFailure(2, "--rename", "Old=New");
        (await CommandRun.OfAsync("restore", "b1", stopped.Repository, "--data", data, "--max-rate", "1")).ExpectFailure(2, "--max-rate");
        await using ServerHost server = await stopped.ServeAsync(data);
        using var client = new ApiClient(server.Address);
        Assert.Equal(stopped.Books.Keys, (await client.ReadObjectsAsync("OldBook")).Keys);
        (await client.GetAsync("/v1/schema/Book")).ExpectEmpty(404);
    }

    [Fact]
    public async Task Restore_OfClassesThatExist_FailsAndChangesNothing()
    {
        string data = stopped.NewFolder();
        (await CommandRun.OfAsync("restore", "b1", stopped.Repository, "--data", data, "--include", "Author")).Expect(0);

        (await CommandRun.OfAsync("restore", "b1", stopped.Repository, "--data", data)).ExpectFailure(1, "'Author'", "already exists");

        (await CommandRun.OfAsync("restore", "b1", stopped.Repository, "--data", data, "--include", "Book")).Expect(0);
    }

    [Fact]
    public async Task Restore_OfWhatDoesNotExist_MakesNoDataDirectory()
    {
        string data = stopped.NewFolder();

        (await CommandRun.OfAsync("restore", "b9", stopped.Repository, "--data", data)).ExpectFailure(3, "'b9'");
        (await CommandRun.OfAsync("restore", "b1", stopped.Repository, "--data", data, "--include", "Page"))
            .ExpectFailure(1, "Page", "[Author Book]");

        Assert.False(Directory.Exists(data));
    }

    [Fact]
    public async Task Create_OnTheDataOfAStoppedServer_MakesBackupsThatAreListedAndPruned()
    {
        string repository = stopped.NewFolder();

        JsonElement first = (await CommandRun.OfAsync("create", "n1", repository, "--data", stopped.Data, "--json")).Expect(0).Json;
        JsonElement second = (await CommandRun.OfAsync("create", "n2", repository, "--data", stopped.Data, "--json")).Expect(0).Json;
        CommandRun third = (await CommandRun.OfAsync("create", "n3", repository, "--data", stopped.Data, "--exclude", "Bo*")).Expect(0);

        Assert.Equal(["Author", "Book"], first.GetProperty("classes").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal("SUCCESS", second.GetProperty("status").GetString());
        Assert.Equal(
            second.GetProperty("bytes").GetInt64(), second.GetProperty("uploadedBytes").GetInt64() + second.GetProperty("reusedBytes").GetInt64());
        (await CommandRun.OfAsync("verify", "n2", repository, "--level", "full")).Expect(0);
        Assert.Contains("Backup 'n3' made of Author: ", third.Output, StringComparison.Ordinal);
        (await CommandRun.OfAsync("create", "n1", repository, "--data", stopped.Data)).ExpectFailure(1, "n1");
        (await CommandRun.OfAsync("create", "n4", repository, "--data", stopped.Data, "--include", "Page")).ExpectFailure(1, "Page");
        await RequirePruningAsync(repository);
    }

    [Fact]
    public async Task Create_WithoutADatabase_EndsWithThree()
    {
        string data = stopped.NewFolder();

        (await CommandRun.OfAsync("create", "b2", stopped.NewFolder(), "--data", data)).ExpectFailure(3, data, "PERSISTENCE_DATA_PATH");

        Assert.False(Directory.Exists(data));
    }

    [Fact]
    public async Task CreateAndRestore_WhileAServerRuns_PointToItsApi()
    {
        string data = stopped.NewFolder();
        await using ServerHost server = await stopped.ServeAsync(data);

        (await CommandRun.OfAsync("create", "b2", stopped.NewFolder(), "--data", data)).ExpectFailure(1, "REST API", "/v1/backups/{backend}");
        (await CommandRun.OfAsync("restore", "b1", stopped.Repository, "--data", data)).ExpectFailure(1, "REST API");
    }

    private static async Task RequirePruningAsync(string repository)
    {
        JsonElement planned = (await CommandRun.OfAsync("prune", repository, "--keep-last", "2", "--dry-run", "--json")).Expect(0).Json;
        CommandRun pruned = (await CommandRun.OfAsync("prune", repository, "--keep-last", "2")).Expect(0);
        JsonElement left = (await CommandRun.OfAsync("list", repository, "--json")).Expect(0).Json;

        Assert.True(planned.GetProperty("dryRun").GetBoolean());
        Assert.Equal(1, planned.GetProperty("deleted").GetInt32());
        Assert.Equal(
            [("n3", true), ("n2", true), ("n1", false)],
            planned.GetProperty("backups").EnumerateArray().Select(backup => (backup.GetProperty("id").GetString()!, backup.GetProperty("kept").GetBoolean())));
        Assert.Contains("deleted", pruned.Output, StringComparison.Ordinal);
        Assert.Equal(["n2", "n3"], left.GetProperty("backups").EnumerateArray().Select(backup => backup.GetProperty("id").GetString()));
    }
}
