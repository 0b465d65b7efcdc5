using System.Globalization;
using System.Text;
using System.Text.Json;
using Basalt.Engine;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Api;

public sealed class LargeObjectTests
{
    private const int Objects = 270;
    private const int TermsOfAnObject = 1000;
    private const int ObjectsOfARequest = 30;

    /// <summary>Together the index entries of these objects are more than one batch of the engine takes.</summary>
    [Fact]
    public async Task Delete_WhenWhatItRemovesFillsMoreThanABatch_RemovesAllOfIt()
    {
        await using TestServer server = await TestServer.StartAsync(settings => settings with
        {
            Database = settings.Database with { Durability = Durability.Buffered },
        });
        (await server.Client.PostAsync(
            "/v1/schema", """{"class":"Long","properties":[{"name":"text","dataType":["text"],"tokenization":"whitespace"}]}""")).Expect(200);
        string text = TextOfLongTerms();
        string batch = $$"""{"objects":[{{string.Join(',', Enumerable.Repeat($$$"""{"class":"Long","properties":{"text":"{{{text}}}"}}""", ObjectsOfARequest))}}]}""";
        for (int i = 0; i < Objects; i += ObjectsOfARequest)
        {
            JsonElement items = (await server.Client.PostAsync("/v1/batch/objects", batch)).Expect(200).Json;
            Assert.All(items.EnumerateArray(), item => Assert.Equal("SUCCESS", item.GetProperty("result").GetProperty("status").GetString()));
        }

        JsonElement results = (await server.Client.DeleteAsync(
            "/v1/batch/objects", """{"match":{"class":"Long","where":{"operator":"Like","path":["text"],"valueText":"t0*"}}}""")).Expect(200).Json;

        Assert.Equal(Objects, results.GetProperty("results").GetProperty("successful").GetInt32());
        JsonElement left = (await server.Client.GetAsync("/v1/nodes")).Json.GetProperty("nodes")[0].GetProperty("stats");
        Assert.Equal(0, left.GetProperty("objectCount").GetInt32());
    }

    private static string TextOfLongTerms()
    {
        var text = new StringBuilder();
        string filling = new('x', 980);
        for (int i = 0; i < TermsOfAnObject; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"t{i}{filling} ");
        }

        return text.ToString();
    }
}
