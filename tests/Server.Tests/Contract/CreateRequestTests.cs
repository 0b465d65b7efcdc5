using Basalt.Server.Tests.Backups;
using Basalt.Server.Tests.Support;
using static Basalt.Server.Tests.Backups.BackupClient;
using static Basalt.Server.Tests.Contract.ContractRow;

namespace Basalt.Server.Tests.Contract;

/// <summary>Section 1.3: every member of the body that creates a backup.</summary>
public sealed class CreateRequestTests(ContractServer shared) : IClassFixture<ContractServer>
{
    private ApiClient Client => shared.Client;

    [Theory]
    [InlineData("id upper case", """{"id":"B1"}""", Handler, "invalid backup id: 'B1'")]
    [InlineData("id with a dot", """{"id":"b.1"}""", Handler, "invalid backup id: 'b.1'")]
    [InlineData("id with a slash", """{"id":"a/b"}""", Handler, "invalid backup id: 'a/b'")]
    [InlineData("id with a blank", """{"id":"a b"}""", Handler, "invalid backup id: 'a b'")]
    [InlineData("id with a line break", """{"id":"a\n"}""", Handler, "invalid backup id")]
    [InlineData("id beyond ASCII", """{"id":"ä"}""", Handler, "invalid backup id: 'ä'")]
    [InlineData("id empty", """{"id":""}""", Handler, "invalid backup id: ''")]
    [InlineData("id null", """{"id":null}""", Handler, "invalid backup id: ''")]
    [InlineData("id missing", "{}", Handler, "invalid backup id: ''")]
    [InlineData("id of another type", """{"id":7}""", 601, "id in body must be of type string")]
    [InlineData("include no array", """{"id":"x","include":"Book"}""", 601, "include in body must be of type array")]
    [InlineData("include of numbers", """{"id":"x","include":["Book",1]}""", 601, "include.1 in body must be of type string")]
    [InlineData("include of nulls", """{"id":"x","include":[null]}""", 601, "include.0 in body must be of type string")]
    [InlineData("exclude no array", """{"id":"x","exclude":{}}""", 601, "exclude in body must be of type array")]
    [InlineData("exclude of objects", """{"id":"x","exclude":[{}]}""", 601, "exclude.0 in body must be of type string")]
    [InlineData("config no object", """{"id":"x","config":"fast"}""", 601, "config in body must be of type object")]
    [InlineData("includeUsers no array", """{"id":"x","includeUsers":"ann"}""", 601, "includeUsers in body")]
    [InlineData("includeRoles no array", """{"id":"x","includeRoles":1}""", 601, "includeRoles in body")]
    [InlineData("base of another type", """{"id":"x","incremental_base_backup_id":[]}""", 601, "incremental_base_backup_id in body")]
    [InlineData("CPUPercentage 81", """{"id":"x","config":{"CPUPercentage":81}}""", 608, "config.CPUPercentage in body should be less than or equal to 80")]
    [InlineData("CPUPercentage -1", """{"id":"x","config":{"CPUPercentage":-1}}""", 609, "config.CPUPercentage in body should be greater than or equal to 1")]
    [InlineData("CPUPercentage text", """{"id":"x","config":{"CPUPercentage":"50"}}""", 601, "config.CPUPercentage in body must be of type integer")]
    [InlineData("CPUPercentage fraction", """{"id":"x","config":{"CPUPercentage":1.5}}""", 601, "config.CPUPercentage in body must be of type integer")]
    [InlineData("ChunkSize text", """{"id":"x","config":{"ChunkSize":"1"}}""", 601, "config.ChunkSize in body must be of type integer")]
    [InlineData("CompressionLevel unknown", """{"id":"x","config":{"CompressionLevel":"Best"}}""", 606, "config.CompressionLevel in body should be one of [DefaultCompression BestSpeed BestCompression ZstdDefaultCompression ZstdBestSpeed ZstdBestCompression NoCompression]")]
    [InlineData("CompressionLevel lower case", """{"id":"x","config":{"CompressionLevel":"bestspeed"}}""", 606, "config.CompressionLevel")]
    [InlineData("CompressionLevel number", """{"id":"x","config":{"CompressionLevel":1}}""", 601, "config.CompressionLevel in body must be of type string")]
    [InlineData("Bucket number", """{"id":"x","config":{"Bucket":1}}""", 601, "config.Bucket in body must be of type string")]
    [InlineData("Path number", """{"id":"x","config":{"Path":1}}""", 601, "config.Path in body must be of type string")]
    [InlineData("Endpoint number", """{"id":"x","config":{"Endpoint":1}}""", 601, "config.Endpoint in body must be of type string")]
    public Task Create_1_3_MemberThatBreaksItsRule_IsRefused(string row, string body, int code, string part) =>
        Client.ExpectRefusalAsync(row, "POST", Location, body, 422, code, part);

    [Theory]
    [InlineData("id of all letters", """{"id":"abcxyz019_-"}""", "Author Book")]
    [InlineData("include empty", """{"id":"{id}","include":[]}""", "Author Book")]
    [InlineData("include null", """{"id":"{id}","include":null}""", "Author Book")]
    [InlineData("include of a name", """{"id":"{id}","include":["Book"]}""", "Book")]
    [InlineData("include with a small first letter", """{"id":"{id}","include":["book"]}""", "Book")]
    [InlineData("include pattern *", """{"id":"{id}","include":["*"]}""", "Author Book")]
    [InlineData("include pattern at the front", """{"id":"{id}","include":["*or"]}""", "Author")]
    [InlineData("include pattern ?", """{"id":"{id}","include":["B??k"]}""", "Book")]
    [InlineData("include two patterns for one class", """{"id":"{id}","include":["B*","*k"]}""", "Book")]
    [InlineData("include pattern without a match beside a name", """{"id":"{id}","include":["Z*","Book"]}""", "Book")]
    [InlineData("exclude empty", """{"id":"{id}","exclude":[]}""", "Author Book")]
    [InlineData("exclude null", """{"id":"{id}","exclude":null}""", "Author Book")]
    [InlineData("exclude of a name", """{"id":"{id}","exclude":["Book"]}""", "Author")]
    [InlineData("exclude of an unknown name", """{"id":"{id}","exclude":["Nope"]}""", "Author Book")]
    [InlineData("exclude pattern", """{"id":"{id}","exclude":["A*"]}""", "Book")]
    [InlineData("exclude pattern of the wrong case", """{"id":"{id}","exclude":["*OOK"]}""", "Author Book")]
    [InlineData("include and exclude empty", """{"id":"{id}","include":[],"exclude":[]}""", "Author Book")]
    [InlineData("include with exclude empty", """{"id":"{id}","include":["Book"],"exclude":[]}""", "Book")]
    [InlineData("config null", """{"id":"{id}","config":null}""", "Author Book")]
    [InlineData("config empty", """{"id":"{id}","config":{}}""", "Author Book")]
    [InlineData("CPUPercentage 0", """{"id":"{id}","config":{"CPUPercentage":0}}""", "Author Book")]
    [InlineData("CPUPercentage 1", """{"id":"{id}","config":{"CPUPercentage":1}}""", "Author Book")]
    [InlineData("CPUPercentage 80", """{"id":"{id}","config":{"CPUPercentage":80}}""", "Author Book")]
    [InlineData("ChunkSize out of the old range", """{"id":"{id}","config":{"ChunkSize":1}}""", "Author Book")]
    [InlineData("CompressionLevel DefaultCompression", """{"id":"{id}","config":{"CompressionLevel":"DefaultCompression"}}""", "Author Book")]
    [InlineData("CompressionLevel BestSpeed", """{"id":"{id}","config":{"CompressionLevel":"BestSpeed"}}""", "Author Book")]
    [InlineData("CompressionLevel BestCompression", """{"id":"{id}","config":{"CompressionLevel":"BestCompression"}}""", "Author Book")]
    [InlineData("CompressionLevel ZstdDefaultCompression", """{"id":"{id}","config":{"CompressionLevel":"ZstdDefaultCompression"}}""", "Author Book")]
    [InlineData("CompressionLevel ZstdBestSpeed", """{"id":"{id}","config":{"CompressionLevel":"ZstdBestSpeed"}}""", "Author Book")]
    [InlineData("CompressionLevel ZstdBestCompression", """{"id":"{id}","config":{"CompressionLevel":"ZstdBestCompression"}}""", "Author Book")]
    [InlineData("CompressionLevel NoCompression", """{"id":"{id}","config":{"CompressionLevel":"NoCompression"}}""", "Author Book")]
    [InlineData("Bucket, Path and Endpoint empty", """{"id":"{id}","config":{"Bucket":"","Path":"","Endpoint":""}}""", "Author Book")]
    [InlineData("Endpoint has no effect", """{"id":"{id}","config":{"Endpoint":"elsewhere:1"}}""", "Author Book")]
    [InlineData("includeUsers and includeRoles empty", """{"id":"{id}","includeUsers":[],"includeRoles":null}""", "Author Book")]
    [InlineData("base null", """{"id":"{id}","incremental_base_backup_id":null}""", "Author Book")]
    [InlineData("base empty", """{"id":"{id}","incremental_base_backup_id":""}""", "Author Book")]
    [InlineData("base complete", """{"id":"{id}","incremental_base_backup_id":"done"}""", "Author Book")]
    [InlineData("members unknown", """{"id":"{id}","unknown":[{}],"config":{"unknown":1}}""", "Author Book")]
    public async Task Create_1_3_MemberAsItMayBe_IsAcceptedAndTakesTheClassesMeant(string row, string body, string classes)
    {
        string request = body.Replace("{id}", Guid.NewGuid().ToString("N"), StringComparison.Ordinal);

        ApiResponse answer = await Client.PostAsync(Location, request);

        Assert.True(answer.Status == 200, $"{row}: {answer.Text}");
        Assert.Equal(classes, string.Join(' ', answer.Json.GetProperty("classes").EnumerateArray()));
        await Client.EndOfAsync($"{Location}/{answer.Json.GetProperty("id").GetString()}", "SUCCESS");
    }

    [Theory]
    [InlineData(255, 200)]
    [InlineData(256, 422)]
    public async Task Create_1_3_IdOfLength_IsAcceptedUpTo255(int length, int status)
    {
        string id = new('a', length);

        (await Client.PostAsync(Location, $$"""{"id":"{{id}}"}""")).Expect(status);

        if (status == 200)
        {
            await Client.EndOfAsync($"{Location}/{id}", "SUCCESS");
        }
    }
}
