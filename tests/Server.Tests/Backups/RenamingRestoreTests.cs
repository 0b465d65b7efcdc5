using System.Text.Json;
using Basalt.Engine;
using Basalt.Server.Schema;
using Basalt.Server.Tests.Support;
using static Basalt.Server.Tests.Backups.BackupClient;

namespace Basalt.Server.Tests.Backups;

/// <summary>Classes come back under other names, with all that refers to them.</summary>
public sealed class RenamingRestoreTests : BackupServerTest
{
    [Fact]
    public async Task Restore_UnderAnotherName_StandsBesideTheClassAndSurvivesARestart()
    {
        await Client.CreateClassAsync("Book", 20);
        (await Client.PostAsync("/v1/aliases", """{"alias":"Volume","class":"Book"}""")).Expect(200);
        await Client.BackUpAsync("b1");
        SortedDictionary<string, string> before = await Client.ReadObjectsAsync("Book");
        await Client.PutObjectsAsync("Book", 1, 1, "later");

        JsonElement started = (await Client.PostAsync($"{Location}/b1/restore", """{"rename":{"book":"oldBook"}}""")).Expect(200).Json;
        await Client.EndOfAsync($"{Location}/b1/restore", "SUCCESS");

        Assert.Equal(["OldBook"], started.GetProperty("classes").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(Renamed(before, "Book", "OldBook"), await Client.ReadObjectsAsync("OldBook"));
        Assert.Contains("later 1", (await Client.ReadObjectsAsync("Book"))[ObjectId(1)], StringComparison.Ordinal);
        Assert.Equal("Book", (await Client.GetAsync("/v1/aliases/Volume")).Expect(200).Json.GetProperty("class").GetString());
        Assert.Null(Server.Host.Database.FindKeyspace("renaming"));
        await Server.RestartAsync();
        Assert.Equal(Renamed(before, "Book", "OldBook"), await Client.ReadObjectsAsync("OldBook"));
        Assert.Equal("OldBook", (await Client.GetAsync("/v1/schema/OldBook")).Expect(200).Json.GetProperty("class").GetString());
    }

    [Fact]
    public async Task Restore_OfClassesThatReferToOneThatIsRenamed_FollowItsNewName()
    {
        await MakeLibraryAsync();
        await Client.BackUpAsync("b1");

        await Client.RestoreAsync("b1", """{"rename":{"Book":"OldBook","Author":"OldAuthor"}}""");

        await AssertRefersAsync("OldAuthor", "OldBook");
        await AssertRefersAsync("Author", "Book");
        JsonElement found = (await Client.PostAsync(
            "/v1/graphql",
            """{"query":"{Get{OldAuthor(where:{path:[\"wrote\",\"OldBook\",\"title\"],operator:Equal,valueText:\"first\"}){name wrote{... on OldBook{title}}}}}"}"""))
            .Expect(200).Json.GetProperty("data").GetProperty("Get").GetProperty("OldAuthor");
        Assert.Equal("first 1", Assert.Single(found.EnumerateArray()).GetProperty("wrote")[0].GetProperty("title").GetString());
    }

    [Fact]
    public async Task Restore_OfAClassWithTenants_RenamesInEachOfThem()
    {
        (await Client.PostAsync("/v1/schema", """{"class":"Page","multiTenancyConfig":{"enabled":true},"properties":[{"name":"next","dataType":["text"]}]}""")).Expect(200);
        (await Client.PostAsync("/v1/schema/Page/properties", """{"name":"after","dataType":["Page"]}""")).Expect(200);
        (await Client.PostAsync("/v1/schema/Page/tenants", """[{"name":"ann"},{"name":"bob"}]""")).Expect(200);
        foreach (string tenant in (string[])["ann", "bob"])
        {
            (await Client.PostAsync(
                "/v1/objects",
                $$"""{"class":"Page","tenant":"{{tenant}}","id":"{{ObjectId(1)}}","properties":{"after":[{"beacon":"weaviate://localhost/Page/{{ObjectId(2)}}"}] } }""")).Expect(200);
        }

        await Client.BackUpAsync("b1");
        await Client.RestoreAsync("b1", """{"rename":{"Page":"OldPage"}}""");

        foreach (string tenant in (string[])["ann", "bob"])
        {
            JsonElement page = (await Client.GetAsync($"/v1/objects/OldPage/{ObjectId(1)}?tenant={tenant}")).Expect(200).Json;
            Assert.Equal(
                $"weaviate://localhost/OldPage/{ObjectId(2)}",
                page.GetProperty("properties").GetProperty("after")[0].GetProperty("beacon").GetString());
        }
    }

    [Fact]
    public async Task Start_AfterAKillBetweenTheRestoreAndTheRenaming_FinishesIt()
    {
        await MakeLibraryAsync();
        await Client.BackUpAsync("b1");
        await Client.RestoreAsync("b1", """{"rename":{"Book":"OldBook","Author":"OldAuthor"}}""");
        Database database = Server.Host.Database;
        Undo(database, "OldBook", "Book");
        Undo(database, "OldAuthor", "Author");
        new PendingRenaming(database).Begin(["OldAuthor", "OldBook"], new Dictionary<string, string> { ["Book"] = "OldBook", ["Author"] = "OldAuthor" });

        await Server.RestartAsync();

        await AssertRefersAsync("OldAuthor", "OldBook");
        await AssertRefersAsync("Author", "Book");
        Assert.Null(Server.Host.Database.FindKeyspace("renaming"));
    }

    [Fact]
    public async Task Start_AfterAKillWhenTheNewNameWasTaken_LeavesThatClassAlone()
    {
        await MakeLibraryAsync();
        new PendingRenaming(Server.Host.Database).Begin(["Author"], new Dictionary<string, string> { ["Book"] = "Author" });

        await Server.RestartAsync();

        await AssertRefersAsync("Author", "Book");
    }

    [Theory]
    [InlineData("""{"rename":{"Page":"Sheet"}}""", 422, "class Page is not among those to be restored")]
    [InlineData("""{"exclude":["Book"],"rename":{"Book":"Sheet"}}""", 422, "class Book is not among those to be restored")]
    [InlineData("""{"rename":{"Book":"Author"}}""", 422, "two classes would have the name")]
    [InlineData("""{"rename":{"Book":"author","Author":"Book"}}""", 422, "is both an old name and a new one")]
    [InlineData("""{"rename":{"Book":"Sheet","Author":"sHEET"}}""", 422, "two classes would have the name")]
    [InlineData("""{"rename":{"Book":"a b"}}""", 422, "rename: class Book")]
    [InlineData("""{"rename":{"Book":"Sheet","book":"Leaf"}}""", 422, "named twice")]
    [InlineData("""{"rename":{"Book":7}}""", 422, "rename.Book in body must be of type string")]
    [InlineData("""{"rename":["Book"]}""", 422, "rename in body must be of type object")]
    public async Task Restore_WithNamesThatCannotBe_IsRefused(string body, int status, string part)
    {
        await Client.CreateClassAsync("Book", 1);
        await Client.CreateClassAsync("Author", 1);
        await Client.BackUpAsync("b1");

        ApiResponse refused = (await Client.PostAsync($"{Location}/b1/restore", body)).Expect(status);

        Assert.Contains(part, refused.Text, StringComparison.Ordinal);
        (await Client.GetAsync("/v1/schema/Sheet")).ExpectEmpty(404);
    }

    [Fact]
    public async Task Restore_UnderANameThatExists_FailsAndChangesNothing()
    {
        await Client.CreateClassAsync("Book", 3);
        await Client.CreateClassAsync("Sheet", 2);
        await Client.BackUpAsync("b1");

        (await Client.PostAsync($"{Location}/b1/restore", """{"include":["Book"],"rename":{"Book":"Sheet"}}""")).Expect(200);
        JsonElement status = await Client.EndOfAsync($"{Location}/b1/restore", "FAILED");

        Assert.Contains("'Sheet'", status.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(2, (await Client.ReadObjectsAsync("Sheet")).Count);
        Assert.Null(Server.Host.Database.FindKeyspace("renaming"));
    }

    private static void Undo(Database database, string name, string old)
    {
        Keyspace schema = database.FindKeyspace($"{name}//schema")!;
        SchemaRecord record = SchemaRecord.Decode(name, database.Get(schema, SchemaRecord.Key));
        database.Put(schema, SchemaRecord.Key, (record with { Definition = record.Definition with { Name = old } }).Encode(), Durability.Sync);
    }

    private static SortedDictionary<string, string> Renamed(SortedDictionary<string, string> objects, string old, string name) =>
        new(objects.ToDictionary(
            item => item.Key, item => item.Value.Replace($"\"class\":\"{old}\"", $"\"class\":\"{name}\"", StringComparison.Ordinal)), StringComparer.Ordinal);

    private async Task MakeLibraryAsync()
    {
        await Client.CreateClassAsync("Book", 2);
        (await Client.PostAsync(
            "/v1/schema", """{"class":"Author","properties":[{"name":"name","dataType":["text"]},{"name":"wrote","dataType":["Book"]}]}""")).Expect(200);
        (await Client.PostAsync(
            "/v1/objects",
            $$"""{"class":"Author","id":"{{ObjectId(9)}}","properties":{"name":"Ann","wrote":[{"beacon":"weaviate://localhost/Book/{{ObjectId(1)}}"}]},"vector":[1,2]}""")).Expect(200);
    }

    private async Task AssertRefersAsync(string author, string book)
    {
        JsonElement ann = (await Client.GetAsync($"/v1/objects/{author}/{ObjectId(9)}?include=vector")).Expect(200).Json;
        Assert.Equal("Ann", ann.GetProperty("properties").GetProperty("name").GetString());
        Assert.Equal(2, ann.GetProperty("vector").GetArrayLength());
        Assert.Equal(
            $"weaviate://localhost/{book}/{ObjectId(1)}", ann.GetProperty("properties").GetProperty("wrote")[0].GetProperty("beacon").GetString());
        JsonElement schema = (await Client.GetAsync($"/v1/schema/{author}")).Expect(200).Json;
        JsonElement wrote = schema.GetProperty("properties").EnumerateArray().Single(property => property.GetProperty("name").GetString() == "wrote");
        Assert.Equal([book], wrote.GetProperty("dataType").EnumerateArray().Select(name => name.GetString()));
    }
}
