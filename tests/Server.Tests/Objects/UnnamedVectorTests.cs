using System.Text.Json;
using Basalt.Server.Grpc.Protocol;
using Basalt.Server.Tests.Support;
using Google.Protobuf;

namespace Basalt.Server.Tests.Objects;

/// <summary>The vector without a name and the only named vector are one to clients.</summary>
public sealed class UnnamedVectorTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Id = "00000000-0000-0000-0000-000000000001";

    [Theory]
    [InlineData("""{"only":{}}""", """{"vector":[1,2]}""", """{"only":[1,2]}""")]
    [InlineData("""{"only":{}}""", """{"vector":[],"vectors":{"only":[3,4]}}""", """{"only":[3,4]}""")]
    [InlineData("null", """{"vectors":{"default":[1,2]}}""", "[1,2]")]
    [InlineData("null", """{"vectors":{"default":null}}""", "")]
    public async Task Create_OverRest_PutsTheVectorWhereItIsMeant(string vectorConfig, string given, string stored)
    {
        string name = await CreateAsync(vectorConfig);

        (await shared.Client.PostAsync("/v1/objects", $$"""{"class":"{{name}}","id":"{{Id}}",{{given[1..]}}""")).Expect(200);

        Assert.Equal(stored, await VectorAsync(name));
    }

    [Theory]
    [InlineData("""{"only":{}}""", "", """{"only":[1,-0]}""")]
    [InlineData("""{"only":{}}""", "only", """{"only":[1,-0]}""")]
    [InlineData("null", "default", "[1,-0]")]
    [InlineData("null", "", "[1,-0]")]
    public async Task Batch_OverGrpc_PutsTheVectorWhereItIsMeant(string vectorConfig, string vectorName, string stored)
    {
        string name = await CreateAsync(vectorConfig);
        var values = ByteString.CopyFrom([.. BitConverter.GetBytes(1f), .. BitConverter.GetBytes(-0f)]);
        var imported = new BatchObject { Collection = name, Uuid = Id };
        if (vectorName.Length == 0)
        {
            imported.VectorBytes = values;
        }
        else
        {
            imported.Vectors.Add(new Vectors { Name = vectorName, VectorBytes = values });
        }

        BatchObjectsReply reply = await shared.Server.Grpc.CallAsync("BatchObjects", new BatchObjectsRequest { Objects = { imported } }, BatchObjectsReply.Parser);

        Assert.Empty(reply.Errors);
        Assert.Equal(stored, await VectorAsync(name));
    }

    [Fact]
    public async Task Change_WhenTheClassHasOneNamedVector_ReplacesIt()
    {
        string name = await CreateAsync("""{"only":{}}""");
        string path = $"/v1/objects/{name}/{Id}";
        (await shared.Client.PostAsync("/v1/objects", $$"""{"class":"{{name}}","id":"{{Id}}","vector":[1,2]}""")).Expect(200);

        (await shared.Client.PatchAsync(path, """{"properties":{"title":"x"}}""")).ExpectEmpty(204);
        string kept = await VectorAsync(name);
        (await shared.Client.PatchAsync(path, """{"vector":[3,4]}""")).ExpectEmpty(204);
        string patched = await VectorAsync(name);
        (await shared.Client.PutAsync(path, $$"""{"class":"{{name}}","id":"{{Id}}","vector":[5,6]}""")).Expect(200);

        Assert.Equal("""{"only":[1,2]}""", kept);
        Assert.Equal("""{"only":[3,4]}""", patched);
        Assert.Equal("""{"only":[5,6]}""", await VectorAsync(name));
    }

    [Theory]
    [InlineData("""{"default":[1],"other":[2]}""", "default")]
    [InlineData("""{"other":[2]}""", "other")]
    public async Task Create_WhenTheClassHasOneVectorWithoutAName_TakesNoOther(string vectors, string part)
    {
        string name = await CreateAsync("null");

        (await shared.Client.PostAsync("/v1/objects", $$"""{"class":"{{name}}","vectors":{{vectors}}}""")).ExpectHandlerError(422, name, part);
    }

    private async Task<string> CreateAsync(string vectorConfig)
    {
        string name = shared.NewClassName();
        (await shared.Client.PostAsync("/v1/schema", $$"""{"class":"{{name}}","vectorConfig":{{vectorConfig}}}""")).Expect(200);
        return name;
    }

    /// <summary>What the object has as vector or vectors; empty if it has none.</summary>
    private async Task<string> VectorAsync(string name)
    {
        JsonElement stored = (await shared.Client.GetAsync($"/v1/objects/{name}/{Id}?include=vector")).Expect(200).Json;
        return stored.TryGetProperty("vectors", out JsonElement vectors) ? vectors.GetRawText()
            : stored.TryGetProperty("vector", out JsonElement vector) ? vector.GetRawText()
            : string.Empty;
    }
}
