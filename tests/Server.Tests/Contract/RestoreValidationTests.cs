using System.Numerics;
using System.Text;
using System.Text.Json;
using Basalt.Server.Tests.Backups;
using Basalt.Server.Tests.Support;
using static Basalt.Server.Tests.Backups.BackupClient;
using static Basalt.Server.Tests.Contract.ContractRow;

namespace Basalt.Server.Tests.Contract;

/// <summary>Section 1.9, and refusals of 1.7: what is checked before and during a restore, row by row, and in which order.</summary>
public sealed class RestoreValidationTests(ContractServer shared) : IClassFixture<ContractServer>
{
    private const string Done = Location + "/done/restore";
    private const string Nope = Location + "/nope/restore";

    private ApiClient Client => shared.Client;

    [Theory]
    [InlineData("#0 no JSON", Done, "{", 400, 400, "parsing body body from \"\" failed, because")]
    [InlineData("#0 missing body", Done, "", 422, 602, "body in body is required")]
    [InlineData("#2 unknown backend", "/v1/backups/minio/done/restore", "{}", 422, Handler, "no backup backend \"minio\"", "did you enable the right module?")]
    [InlineData("#3 include and exclude", Done, """{"include":["Book"],"exclude":["Author"]}""", 422, Handler, "'include' and 'exclude' cannot both contain values")]
    [InlineData("#3 duplicate", Done, """{"include":["Book","Book"]}""", 422, Handler, "class list 'include' contains duplicate: Book")]
    [InlineData("#4 no such backup", Nope, "{}", 404, Handler, "backup id \"nope\" does not exist: ", ": metadata not found")]
    [InlineData("#4 id that no backup may have", Location + "/N.O/restore", "{}", 404, Handler, "backup id \"N.O\" does not exist: ")]
    [InlineData("#10 class not in the backup", Done, """{"include":["Nope"]}""", 422, Handler, "class Nope doesn't exist in the backup, but does have [Author Book]")]
    [InlineData("#11 nothing left by names", Done, """{"exclude":["Author","Book"]}""", 422, Handler, "nothing left to restore: please choose from : [Author Book]")]
    [InlineData("#11 nothing left by a pattern", Done, """{"exclude":["*"]}""", 422, Handler, "nothing left to restore: please choose from : [Author Book]")]
    [InlineData("#11 nothing found by a pattern", Done, """{"include":["Z?"]}""", 422, Handler, "nothing left to restore: please choose from : [Author Book]")]
    [InlineData("order: #0 before #2", "/v1/backups/minio/done/restore", """{"config":{"CPUPercentage":81}}""", 422, 608, "CPUPercentage")]
    [InlineData("order: #2 before #3", "/v1/backups/minio/done/restore", """{"include":["A"],"exclude":["A"]}""", 422, Handler, "no backup backend")]
    [InlineData("order: #3 before #4", Nope, """{"include":["A","A"]}""", 422, Handler, "duplicate: A")]
    [InlineData("order: #4 before #10", Nope, """{"include":["Zebra"]}""", 404, Handler, "nope")]
    public Task Restore_1_9_RuleBroken_IsRefusedForTheFirst(string row, string path, string body, int status, int code, params string[] parts) =>
        Client.ExpectRefusalAsync(row, "POST", path, body, status, code, parts);

    [Theory]
    [InlineData("include no array", """{"include":"Book"}""", 601, "include in body must be of type array")]
    [InlineData("exclude of numbers", """{"exclude":[1]}""", 601, "exclude.0 in body must be of type string")]
    [InlineData("node_mapping no object", """{"node_mapping":[]}""", 601, "node_mapping in body must be of type object")]
    [InlineData("overwriteAlias text", """{"overwriteAlias":"yes"}""", 601, "overwriteAlias in body must be of type boolean")]
    [InlineData("config no object", """{"config":[]}""", 601, "config in body must be of type object")]
    [InlineData("config CPUPercentage 81", """{"config":{"CPUPercentage":81}}""", 608, "config.CPUPercentage")]
    [InlineData("config CPUPercentage -1", """{"config":{"CPUPercentage":-1}}""", 609, "config.CPUPercentage")]
    [InlineData("config rolesOptions", """{"config":{"rolesOptions":"some"}}""", 606, "config.rolesOptions in body should be one of [noRestore all]")]
    [InlineData("config usersOptions", """{"config":{"usersOptions":"none"}}""", 606, "config.usersOptions in body should be one of [noRestore all]")]
    [InlineData("config Path number", """{"config":{"Path":1}}""", 601, "config.Path in body must be of type string")]
    public Task Restore_1_7_MemberThatBreaksItsRule_IsRefused(string row, string body, int code, string part) =>
        Client.ExpectRefusalAsync(row, "POST", Done, body, 422, code, part);

    [Theory]
    [InlineData("never restored", Location + "/done/restore", 404, "done")]
    [InlineData("no such backup", Location + "/nope/restore", 404, "nope")]
    [InlineData("id that no backup may have", Location + "/NOPE/restore", 404, "NOPE")]
    [InlineData("unknown backend", "/v1/backups/minio/done/restore", 422, "no backup provider \"minio\"")]
    public Task RestoreStatus_1_7_OfWhatIsNotThere_IsRefused(string row, string path, int status, string part) =>
        Client.ExpectRefusalAsync(row, "GET", path, null, status, Handler, part);

    [Fact]
    public async Task Restore_1_9_05_OfAFolderWithAnotherBackup_IsRefused()
    {
        await using TestServer server = await ServerWithBackupAsync();
        Directory.Move(Path.Combine(server.BackupPath, "b1"), Path.Combine(server.BackupPath, "b2"));

        await server.Client.ExpectRefusalAsync("#5", "POST", $"{Location}/b2/restore", "{}", 422, Handler, "wrong backup file: ", "b1", "b2");
    }

    [Fact]
    public async Task Restore_1_9_06_OfAFailedBackup_IsRefused()
    {
        await using GatedServer gated = await GatedServer.StartAsync();
        await gated.FailBackupAsync("b1");

        await gated.Client.ExpectRefusalAsync(
            "#6, before #10", "POST", $"{Location}/b1/restore", """{"include":["Nope"]}""", 422, Handler, "invalid backup in scheduler ", "b1", "status: FAILED");
    }

    [Fact]
    public async Task Restore_1_9_06_OfACanceledBackup_IsRefused()
    {
        await using GatedServer gated = await GatedServer.StartAsync();
        await gated.CancelBackupAsync("b1");

        await gated.Client.ExpectRefusalAsync(
            "#6", "POST", $"{Location}/b1/restore", "{}", 422, Handler, "invalid backup in scheduler ", "b1", "status: CANCELED");
    }

    [Fact]
    public async Task Restore_1_9_06_OfARunningBackup_IsRefused()
    {
        await using GatedServer gated = await GatedServer.StartAsync();
        await gated.StartHeldBackupAsync("b1");

        await gated.Client.ExpectRefusalAsync(
            "#6", "POST", $"{Location}/b1/restore", "{}", 422, Handler, "invalid backup in scheduler ", "b1", "status: TRANSFERRING");
    }

    [Theory]
    [InlineData("claim-0001.json")]
    [InlineData("outcome-0001.json")]
    public async Task Restore_1_9_07_OfADamagedDocument_IsRefused(string document)
    {
        await using TestServer server = await ServerWithBackupAsync();
        await File.WriteAllTextAsync(Path.Combine(server.BackupPath, "b1", document), "{}");

        await server.Client.ExpectRefusalAsync("#7", "POST", $"{Location}/b1/restore", "{}", 422, Handler, "corrupted backup file: ", document);
    }

    [Fact]
    public async Task Restore_1_9_08_OfAHigherVersion_IsRefusedWithBothVersions()
    {
        await using TestServer server = await ServerWithBackupAsync();
        string path = Path.Combine(server.BackupPath, "b1", "outcome-0001.json");
        string sealedText = await File.ReadAllTextAsync(path);
        string document = sealedText[..sealedText.LastIndexOf(",\"crc32c\":", StringComparison.Ordinal)];
        await File.WriteAllTextAsync(path, Seal(document.Replace("\"compatRead\":\"1.0\"", "\"compatRead\":\"2.0\"", StringComparison.Ordinal)));

        await server.Client.ExpectRefusalAsync(
            "#8", "POST", $"{Location}/b1/restore", "{}", 422, Handler, "produced by a higher version", "2.0", "1.x");
    }

    [Fact]
    public async Task Restore_1_9_13_WhileAnotherRuns_IsRefused()
    {
        await using GatedServer gated = await GatedServer.StartAsync();
        await gated.Client.BackUpAsync("b1");
        await gated.Client.BackUpAsync("b2");
        await gated.Client.DeleteAsync("/v1/schema/Book");
        await gated.Client.DeleteAsync("/v1/schema/Author");
        gated.HoldRestores();
        (await gated.Client.PostAsync($"{Location}/b1/restore", "{}")).Expect(200);

        await gated.Client.ExpectRefusalAsync("#13 same", "POST", $"{Location}/b1/restore", "{}", 422, Handler, "restoration b1 already in progress");
        await gated.Client.ExpectRefusalAsync("#13 other", "POST", $"{Location}/b2/restore", "{}", 422, Handler, "restoration b1 already in progress");
        await gated.Client.ExpectRefusalAsync(
            "order: #10 before #13", "POST", $"{Location}/b2/restore", """{"include":["Nope"]}""", 422, Handler, "class Nope doesn't exist in the backup");
        gated.Release();
        await gated.Client.EndOfAsync($"{Location}/b1/restore", "SUCCESS");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"node_mapping":{"node1":"node2"}}""")]
    [InlineData("""{"node_mapping":{"elsewhere":"nowhere"}}""")]
    public async Task Restore_1_9_14_OfABackupOfAnotherNode_NeedsNoMappingHere(string body)
    {
        await using TestServer server = await ServerWithBackupAsync();
        string path = server.BackupPath;
        await using TestServer other = await TestServer.StartAsync(settings => settings with { FileSystemBackupPath = path, NodeName = "node2" });

        await other.Client.RestoreAsync("b1", body);

        Assert.Equal(2, (await other.Client.ReadObjectsAsync("Book")).Count);
    }

    [Fact]
    public async Task Restore_1_9_15_WhenANodesPartCannotBeRead_IsAFault()
    {
        await using TestServer server = await ServerWithBackupAsync();
        await File.WriteAllTextAsync(Path.Combine(server.BackupPath, "b1", "0001", "node1", "node.json"), "{}");

        await server.Client.ExpectRefusalAsync("#15", "POST", $"{Location}/b1/restore", "{}", 500, Handler, "node \"node1\": cannot commit : ", "node.json");
    }

    [Fact]
    public async Task Restore_1_9_ClassThatExists_IsAcceptedAndFailsNamingIt()
    {
        await using TestServer server = await ServerWithBackupAsync();
        await server.Client.CreateClassAsync("Other", 1);

        JsonElement answer = (await server.Client.PostAsync($"{Location}/b1/restore", "{}")).Expect(200).Json;
        JsonElement status = await server.Client.EndOfAsync($"{Location}/b1/restore", "FAILED");

        Assert.Equal("STARTED", answer.GetProperty("status").GetString());
        string error = status.GetProperty("error").GetString()!;
        Assert.Contains("Book", error, StringComparison.Ordinal);
        Assert.Contains("already exists", error, StringComparison.Ordinal);
        Assert.Equal(2, (await server.Client.ReadObjectsAsync("Book")).Count);
    }

    [Fact]
    public async Task Restore_1_9_ClassThatExistsInAnotherCase_IsAcceptedAndFailsNamingBoth()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.Client.CreateClassAsync("BookShelf", 2);
        await server.Client.CreateClassAsync("Author", 1);
        await server.Client.BackUpAsync("b1");
        await server.Client.DeleteAsync("/v1/schema/BookShelf");
        await server.Client.DeleteAsync("/v1/schema/Author");
        await server.Client.CreateClassAsync("Bookshelf", 3);

        (await server.Client.PostAsync($"{Location}/b1/restore", "{}")).Expect(200);
        JsonElement status = await server.Client.EndOfAsync($"{Location}/b1/restore", "FAILED");

        string error = status.GetProperty("error").GetString()!;
        Assert.All((string[])["BookShelf", "already exists", "Bookshelf"], part => Assert.Contains(part, error, StringComparison.Ordinal));
        await server.RestartAsync();
        (await server.Client.GetAsync("/v1/schema/BookShelf")).ExpectEmpty(404);
        (await server.Client.GetAsync("/v1/schema/Author")).ExpectEmpty(404);
        Assert.Equal(3, (await server.Client.ReadObjectsAsync("Bookshelf")).Count);
    }

    /// <summary>A document ends with the CRC32C of all before.</summary>
    private static string Seal(string document)
    {
        uint crc = Encoding.UTF8.GetBytes(document).Aggregate(uint.MaxValue, BitOperations.Crc32C);
        return $"{document},\"crc32c\":\"{~crc:x8}\"}}\n";
    }

    /// <summary>A server with the class Book and a backup b1 of it.</summary>
    private static async Task<TestServer> ServerWithBackupAsync()
    {
        TestServer server = await TestServer.StartAsync();
        await server.Client.CreateClassAsync("Book", 2);
        await server.Client.BackUpAsync("b1");
        return server;
    }
}
