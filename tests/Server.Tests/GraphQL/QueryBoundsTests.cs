using System.Globalization;
using System.Text.Json;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.GraphQL;

/// <summary>Small requests that ask for very much, and what else was missing around queries.</summary>
public sealed class QueryBoundsTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Id = "00000000-0000-0000-0000-000000000001";

    [Fact]
    public async Task Get_WhenReferencesMultiply_IsRefusedBeforeItIsLarge()
    {
        string name = await CreateSelfReferringAsync(300);
        string selection = "_additional{id}";
        for (int level = 0; level < 6; level++)
        {
            selection = $"r{{... on {name}{{{selection}}}}}";
        }

        ApiResponse answer = await PostAsync($"{{Get{{{name}{{{selection}}}}}}}");

        answer.ExpectHandlerError(422, "64 MiB of other objects");
    }

    [Fact]
    public async Task Get_WhenAPropertyHasManyNames_IsRefusedBeforeItIsLarge()
    {
        string name = await shared.CreateClassAsync("""{"name":"t","dataType":["text"],"indexFilterable":false,"indexSearchable":false}""");
        (await shared.Client.PostAsync("/v1/objects", $$$"""{"class":"{{{name}}}","properties":{"t":"{{{new string('x', 200_000)}}}"}}""")).Expect(200);
        IEnumerable<string> names = Enumerable.Range(0, 1000).Select(n => string.Create(CultureInfo.InvariantCulture, $"n{n}:t"));

        ApiResponse answer = await PostAsync($"{{Get{{{name}{{{string.Join(' ', names)}}}}}}}");

        answer.ExpectHandlerError(422, "128 MiB of the answer");
    }

    [Fact]
    public async Task Query_WhenAVariableIsUsedManyTimes_IsRefusedBeforeItIsLarge()
    {
        string name = await shared.CreateClassAsync("""{"name":"t","dataType":["text"]}""");
        string fields = string.Join(' ', Enumerable.Range(0, 200).Select(n => string.Create(
            CultureInfo.InvariantCulture, $"a{n}:{name}(where:{{operator:Equal,path:[\"t\"],valueText:$t}}){{t}}")));

        ApiResponse answer = await shared.Client.PostAsync(
            "/v1/graphql", JsonSerializer.Serialize(new { query = $"query($t:String){{Get{{{fields}}}}}", variables = new { t = new string('x', 500_000) } }));

        Assert.Contains("take more than 32 MiB", answer.Expect(200).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_WhenADistanceIsBeyondAFloat_ShowsTheLargest()
    {
        string name = shared.NewClassName();
        (await shared.Client.PostAsync("/v1/schema", $$$"""{"class":"{{{name}}}","vectorIndexConfig":{"distance":"l2-squared"}}""")).Expect(200);
        (await shared.Client.PostAsync("/v1/objects", $$"""{"class":"{{name}}","vector":[3e38,1]}""")).Expect(200);

        JsonElement found = (await PostAsync($"{{Get{{{name}(nearVector:{{vector:[-3e38,1]}}){{_additional{{distance}}}}}}}}")).Expect(200).Json
            .GetProperty("data").GetProperty("Get").GetProperty(name);

        Assert.Equal(float.MaxValue, Assert.Single(found.EnumerateArray()).GetProperty("_additional").GetProperty("distance").GetSingle());
    }

    [Theory]
    [InlineData("id:\"00000000-0000-0000-0000-000000000002\"")]
    [InlineData("beacon:\"weaviate://localhost/X/00000000-0000-0000-0000-000000000002\"")]
    public async Task Get_WhenNearAnObject_ShowsTheNearestToItsVector(string argument)
    {
        string name = await shared.CreateClassAsync("""{"name":"n","dataType":["int"]}""");
        for (int n = 1; n <= 4; n++)
        {
            (await shared.Client.PostAsync("/v1/objects", string.Create(
                CultureInfo.InvariantCulture,
                $$$"""{"class":"{{{name}}}","id":"00000000-0000-0000-0000-00000000000{{{n}}}","vector":[{{{n * n}}},1],"properties":{"n":{{{n}}}}}"""))).Expect(200);
        }

        ApiResponse answer = await PostAsync($"{{Get{{{name}(nearObject:{{{argument}}},limit:2){{n}}}}}}");

        Assert.Equal($$$$"""{"data":{"Get":{"{{{{name}}}}":[{"n":2},{"n":3}]}}}""", answer.Expect(200).Text);
    }

    [Theory]
    [InlineData("id:\"00000000-0000-0000-0000-000000000009\"", "there is no object")]
    [InlineData("id:\"x\"", "must be a UUID")]
    [InlineData("distance:1", "needs an id")]
    [InlineData("id:\"00000000-0000-0000-0000-000000000001\"", "no such vector")]
    public async Task Get_WhenTheNearObjectIsNoUse_IsNullWithAnError(string argument, string problem)
    {
        string name = await CreateSelfReferringAsync(1);

        JsonElement answer = (await PostAsync($"{{Get{{{name}(nearObject:{{{argument}}}){{_additional{{id}}}}}}}}")).Expect(200).Json;

        Assert.Contains(problem, Assert.Single(answer.GetProperty("errors").EnumerateArray()).GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Batch_WhenSomeFail_AnswersEachInItsPlace()
    {
        string name = await CreateSelfReferringAsync(1);

        ApiResponse answer = await shared.Client.PostAsync("/v1/graphql/batch", JsonSerializer.Serialize(new[]
        {
            new { query = $"{{Aggregate{{{name}{{meta{{count}}}}}}}}" },
            new { query = "{Get" },
            new { query = $"{{Get{{{name}{{_additional{{id}}}}}}}}" },
        }));

        JsonElement[] answers = [.. answer.Expect(200).Json.EnumerateArray()];
        Assert.Equal(1, answers[0].GetProperty("data").GetProperty("Aggregate").GetProperty(name)[0].GetProperty("meta").GetProperty("count").GetInt32());
        Assert.Contains("Syntax Error", answers[1].GetProperty("errors")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(Id, answers[2].GetProperty("data").GetProperty("Get").GetProperty(name)[0].GetProperty("_additional").GetProperty("id").GetString());
    }

    [Fact]
    public async Task Batch_WhenItIsNone_IsRefused()
    {
        (await shared.Client.PostAsync("/v1/graphql/batch", "{}")).ExpectFrameworkError(422, 601, "array");
        (await shared.Client.PostAsync("/v1/graphql/batch", """[{"query":""}]""")).ExpectHandlerError(422, "query cannot be empty");
    }

    private Task<ApiResponse> PostAsync(string query) => shared.Client.PostAsync("/v1/graphql", JsonSerializer.Serialize(new { query }));

    /// <summary>A class with one object that refers to itself many times.</summary>
    private async Task<string> CreateSelfReferringAsync(int count)
    {
        string name = await shared.CreateClassAsync();
        (await shared.Client.PostAsync($"/v1/schema/{name}/properties", $$"""{"name":"r","dataType":["{{name}}"]}""")).Expect(200);
        string references = string.Join(',', Enumerable.Repeat($$"""{"beacon":"weaviate://localhost/{{name}}/{{Id}}"}""", count));
        (await shared.Client.PostAsync("/v1/objects", $$$"""{"class":"{{{name}}}","id":"{{{Id}}}","properties":{"r":[{{{references}}}]}}""")).Expect(200);
        return name;
    }
}
