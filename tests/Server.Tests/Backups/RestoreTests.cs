using System.Text.Json;
using Basalt.Server.Tests.Support;
using static Basalt.Server.Tests.Backups.BackupClient;

namespace Basalt.Server.Tests.Backups;

/// <summary>Restoring classes from backups.</summary>
public sealed class RestoreTests : BackupServerTest
{
    [Fact]
    public async Task Restore_OfADeletedClass_BringsBackSchemaObjectsVectorsAndCounts()
    {
        await Client.CreateClassAsync("Book", 300);
        SortedDictionary<string, string> objects = await Client.ReadObjectsAsync("Book");
        string schema = (await Client.GetAsync("/v1/schema/Book")).Expect(200).Text;
        await Client.BackUpAsync("b1");
        await Client.PutObjectsAsync("Book", 200, 200, "later");
        await Client.DeleteAsync("/v1/schema/Book");

        JsonElement answer = (await Client.PostAsync($"{Location}/b1/restore", "{}")).Expect(200).Json;
        await Client.EndOfAsync($"{Location}/b1/restore", "SUCCESS");

        Assert.Equal("STARTED", answer.GetProperty("status").GetString());
        Assert.Equal(["Book"], answer.GetProperty("classes").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(objects, await Client.ReadObjectsAsync("Book"));
        Assert.Equal(schema, (await Client.GetAsync("/v1/schema/Book")).Expect(200).Text);
        Assert.Equal(300, await CountAsync());
        JsonElement matches = (await Client.DeleteAsync(
            "/v1/batch/objects",
            """{"match":{"class":"Book","where":{"operator":"Equal","path":["title"],"valueText":"first"}},"dryRun":true}""")).Expect(200).Json;
        Assert.Equal(300, matches.GetProperty("results").GetProperty("matches").GetInt32());
    }

    [Fact]
    public async Task RestoredClass_WhenWrittenTo_KeepsNewWritesAcrossARestart()
    {
        await Client.CreateClassAsync("Book", 10);
        await Client.BackUpAsync("b1");
        await Client.DeleteAsync("/v1/schema/Book");
        await Client.RestoreAsync("b1");

        await Client.PutObjectsAsync("Book", 5, 10, "second");
        (await Client.DeleteAsync($"/v1/objects/Book/{ObjectId(1)}")).ExpectEmpty(204);
        SortedDictionary<string, string> objects = await Client.ReadObjectsAsync("Book");
        await Server.RestartAsync();

        Assert.Equal(13, objects.Count);
        Assert.Equal(objects, await Client.ReadObjectsAsync("Book"));
        Assert.Equal(13, await CountAsync());
        Assert.Contains("second 5", objects[ObjectId(5)], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restore_OfAnExistingClass_FailsAndChangesNothing()
    {
        await Client.CreateClassAsync("Book", 3);
        await Client.CreateClassAsync("Author", 1);
        await Client.BackUpAsync("b1");
        await Client.PutObjectsAsync("Book", 4, 1, "later");
        await Client.DeleteAsync("/v1/schema/Author");

        (await Client.PostAsync($"{Location}/b1/restore", "{}")).Expect(200);
        JsonElement status = await Client.EndOfAsync($"{Location}/b1/restore", "FAILED");

        string error = status.GetProperty("error").GetString()!;
        Assert.Contains("'Book'", error, StringComparison.Ordinal);
        Assert.Contains("already exists", error, StringComparison.Ordinal);
        Assert.Equal(4, (await Client.ReadObjectsAsync("Book")).Count);
        (await Client.GetAsync("/v1/schema/Author")).ExpectEmpty(404);
    }

    [Fact]
    public async Task Restore_WithInclude_BringsBackThoseClassesOnly()
    {
        await Client.CreateClassAsync("Book", 3);
        await Client.CreateClassAsync("Author", 1);
        await Client.BackUpAsync("b1");
        await Client.DeleteAsync("/v1/schema/Book");
        await Client.DeleteAsync("/v1/schema/Author");

        await Client.RestoreAsync("b1", """{"include":["author"]}""");

        (await Client.GetAsync("/v1/schema/Author")).Expect(200);
        (await Client.GetAsync("/v1/schema/Book")).ExpectEmpty(404);
    }

    [Fact]
    public async Task Restore_ByPatternWhileOtherClassesAreWritten_LeavesThoseAlone()
    {
        await Client.CreateClassAsync("Book", 200);
        await Client.CreateClassAsync("Bookmark", 5);
        await Client.CreateClassAsync("Author", 3);
        await Client.CreateClassAsync("Shelf", 0);
        await Client.BackUpAsync("b1");
        SortedDictionary<string, string> books = await Client.ReadObjectsAsync("Book");
        await Client.DeleteAsync("/v1/schema/Book");
        await Client.DeleteAsync("/v1/schema/Bookmark");
        await Client.DeleteAsync("/v1/schema/Shelf");
        await Client.PutObjectsAsync("Author", 3, 1, "before");
        string schema = (await Client.GetAsync("/v1/schema/Author")).Expect(200).Text;

        (await Client.PostAsync($"{Location}/b1/restore", """{"include":["B*","Shelf"]}""")).Expect(200);
        await Client.PutObjectsAsync("Author", 4, 50, "meanwhile");
        await Client.EndOfAsync($"{Location}/b1/restore", "SUCCESS");

        Assert.Equal(books, await Client.ReadObjectsAsync("Book"));
        Assert.Equal(5, (await Client.ReadObjectsAsync("Bookmark")).Count);
        Assert.Empty(await Client.ReadObjectsAsync("Shelf"));
        SortedDictionary<string, string> authors = await Client.ReadObjectsAsync("Author");
        Assert.Equal(53, authors.Count);
        Assert.Contains("before 3", authors[ObjectId(3)], StringComparison.Ordinal);
        Assert.Equal(schema, (await Client.GetAsync("/v1/schema/Author")).Expect(200).Text);
    }

    [Fact]
    public async Task Restore_OfAnEmptyClass_BringsItBackEmpty()
    {
        await Client.CreateClassAsync("Book", 0);
        await Client.BackUpAsync("b1");
        await Client.DeleteAsync("/v1/schema/Book");

        await Client.RestoreAsync("b1");

        (await Client.GetAsync("/v1/schema/Book")).Expect(200);
        Assert.Empty(await Client.ReadObjectsAsync("Book"));
        await Client.PutObjectsAsync("Book", 1, 1, "new");
    }

    [Fact]
    public async Task Restore_OnAnotherServer_WorksFromTheRepositoryAlone()
    {
        await Client.CreateClassAsync("Book", 50);
        SortedDictionary<string, string> objects = await Client.ReadObjectsAsync("Book");
        await Client.BackUpAsync("b1");
        string repository = Server.BackupPath;
        await using TestServer other = await TestServer.StartAsync(settings => settings with { FileSystemBackupPath = repository, NodeName = "node2" });

        await other.Client.RestoreAsync("b1");

        Assert.Equal(objects, await other.Client.ReadObjectsAsync("Book"));
    }

    [Fact]
    public async Task RestoreStatus_AfterARestartOfTheServer_IsStillKnown()
    {
        await Client.CreateClassAsync("Book", 1);
        await Client.BackUpAsync("b1");
        await Client.DeleteAsync("/v1/schema/Book");
        await Client.RestoreAsync("b1");

        await Server.RestartAsync();

        JsonElement status = (await Client.GetAsync($"{Location}/b1/restore")).Expect(200).Json;
        Assert.Equal("SUCCESS", status.GetProperty("status").GetString());
        (await Client.DeleteAsync($"{Location}/b1/restore")).ExpectHandlerError(422, "restore \"b1\" already succeeded");
    }

    [Fact]
    public async Task Restore_OfADamagedBackup_FailsNamingTheObjectAndLeavesNothing()
    {
        await Client.CreateClassAsync("Book", 3000);
        await Client.BackUpAsync("b1");
        await Client.DeleteAsync("/v1/schema/Book");
        string victim = Directory
            .EnumerateFiles(Server.BackupPath, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) != "reserve")
            .MaxBy(path => new FileInfo(path).Length)!;
        byte[] bytes = await File.ReadAllBytesAsync(victim);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(victim, bytes);

        (await Client.PostAsync($"{Location}/b1/restore", "{}")).Expect(200);
        JsonElement status = await Client.EndOfAsync($"{Location}/b1/restore", "FAILED");

        Assert.Contains(Path.GetFileName(victim), status.GetProperty("error").GetString(), StringComparison.Ordinal);
        (await Client.GetAsync("/v1/schema/Book")).ExpectEmpty(404);
        await Client.CreateClassAsync("Book", 1);
    }

    private async Task<long> CountAsync() =>
        (await Client.GetAsync("/v1/nodes")).Expect(200).Json
        .GetProperty("nodes")[0].GetProperty("stats").GetProperty("objectCount").GetInt64();
}
