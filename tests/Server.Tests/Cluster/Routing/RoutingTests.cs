using System.Globalization;
using System.Text.Json;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Cluster.Routing;

/// <summary>However a class is divided and whichever node is asked, the answers are those of one shard.</summary>
public sealed class RoutingTests
{
    private const int Ids = 40;

    private const string DocProperties =
        """
        {"name":"n","dataType":["int"]},{"name":"x","dataType":["number"]},{"name":"flag","dataType":["boolean"]},{"name":"day","dataType":["date"]},
        {"name":"name","dataType":["text"]},{"name":"key","dataType":["uuid"]},{"name":"by","dataType":["Author"]}
        """;

    private const string AuthorProperties = """{"name":"age","dataType":["int"]},{"name":"friend","dataType":["Author"]}""";

    private static readonly string[] Words = ["red", "green", "blue", "dark red", "Élan"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Answers_WhenTheSameIsDone_AreThoseOfOneShard(int seed)
    {
        await using TestServer single = await TestServer.StartAsync();
        await using TestServer divided = await TestServer.StartAsync();
        await using TwoNodes nodes = await TwoNodes.StartAsync();
        await CreateAsync(single, 1);
        await CreateAsync(divided, 5);
        await nodes.CreateClassAsync($$"""{"class":"Author","properties":[{{AuthorProperties}}]}""", "a1", "b1", "b2");
        await nodes.CreateClassAsync($$"""{"class":"Doc","properties":[{{DocProperties}}]}""", "a1", "b1", "a2", "b2");
        var random = new Random(seed);
        TestServer[] entries = [nodes.First, nodes.Second];

        for (int round = 0; round < 6; round++)
        {
            for (int i = 0; i < 12; i++)
            {
                Func<TestServer, Task<string>> operation = Operation(random);
                string expected = await operation(single);
                Assert.Equal(expected, await operation(divided));
                Assert.Equal(expected, await operation(entries[random.Next(2)]));
            }

            List<string> answers = await RoutingQueries.AskAsync(single);
            Assert.Equal(answers, await RoutingQueries.AskAsync(divided));
            Assert.Equal(answers, await RoutingQueries.AskAsync(nodes.First));
            Assert.Equal(answers, await RoutingQueries.AskAsync(nodes.Second));
        }

        Assert.All(divided.Host.Catalog.Get("Doc").Shards, shard => Assert.True(shard.ObjectCount > 0));
        Assert.All(entries.SelectMany(node => node.Host.Catalog.Get("Doc").Shards), shard => Assert.True(shard.ObjectCount > 0));
    }

    [Fact]
    public async Task Filter_WhenItGoesThroughAClassWithoutTenants_StaysInTheTenant()
    {
        await using TwoNodes nodes = await TwoNodes.StartAsync();
        string[] tenants = ["tenant0", "tenant1", "tenant2", "tenant3"];
        await nodes.CreateTenantsAsync("""{"class":"City","multiTenancyConfig":{"enabled":true},"properties":[{"name":"n","dataType":["int"]}]}""", tenants);
        await nodes.CreateClassAsync("""{"class":"Country","properties":[{"name":"capital","dataType":["City"]}]}""", "a1", "b1");
        await nodes.CreateTenantsAsync("""{"class":"Doc","multiTenancyConfig":{"enabled":true},"properties":[{"name":"in","dataType":["Country"]}]}""", tenants);
        string[] objects =
        [
            .. tenants.Select((tenant, index) => string.Create(
                CultureInfo.InvariantCulture, $$"""{"class":"City","tenant":"{{tenant}}","id":"{{RoutingQueries.Id(1)}}","properties":{"n":{{index}}} }""")),
            $$"""{"class":"Country","id":"{{RoutingQueries.Id(2)}}","properties":{"capital":[{"beacon":"weaviate://localhost/City/{{RoutingQueries.Id(1)}}"}]} }""",
            .. tenants.Select(tenant => $$"""
                {"class":"Doc","tenant":"{{tenant}}","id":"{{RoutingQueries.Id(3)}}","properties":{"in":[{"beacon":"weaviate://localhost/Country/{{RoutingQueries.Id(2)}}"}]} }
                """),
        ];
        foreach (string written in objects)
        {
            (await nodes.First.Client.PostAsync("/v1/objects", written)).Expect(200);
        }

        for (int i = 0; i < tenants.Length; i++)
        {
            foreach (TestServer node in (TestServer[])[nodes.First, nodes.Second])
            {
                Assert.Equal((1, 0), (await CountAsync(node, tenants[i], i), await CountAsync(node, tenants[i], i + 1)));
            }
        }

        static async Task<int> CountAsync(TestServer node, string tenant, int capital)
        {
            string where = string.Create(
                CultureInfo.InvariantCulture, $"{{operator:Equal,path:[\"in\",\"Country\",\"capital\",\"City\",\"n\"],valueInt:{capital}}}");
            string query = $"{{Get{{Doc(tenant:\"{tenant}\",where:{where}){{_additional{{id}}}}}}}}";
            JsonElement answer = (await node.Client.PostAsync("/v1/graphql", JsonSerializer.Serialize(new { query }))).Expect(200).Json;
            return answer.GetProperty("data").GetProperty("Get").GetProperty("Doc").GetArrayLength();
        }
    }

    private static async Task CreateAsync(TestServer server, int shards)
    {
        string sharding = string.Create(CultureInfo.InvariantCulture, $"\"shardingConfig\":{{\"desiredCount\":{shards}}}");
        (await server.Client.PostAsync("/v1/schema", $$"""{"class":"Author",{{sharding}},"properties":[{{AuthorProperties}}]}""")).Expect(200);
        ApiResponse created = (await server.Client.PostAsync("/v1/schema", $$"""{"class":"Doc",{{sharding}},"properties":[{{DocProperties}}]}""")).Expect(200);
        Assert.Equal(shards, created.Json.GetProperty("shardingConfig").GetProperty("actualCount").GetInt32());
    }

    /// <summary>The same change for any server; its answer without the times.</summary>
    private static Func<TestServer, Task<string>> Operation(Random random)
    {
        string id = RoutingQueries.Id(random.Next(Ids));
        string document = Document(random, id);
        string author = Author(random);
        string batch = $"[{string.Join(',', Enumerable.Range(0, random.Next(1, 15)).Select(_ => Document(random, RoutingQueries.Id(random.Next(Ids)))))}]";
        string beacon = $$"""{"beacon":"weaviate://localhost/Author/{{RoutingQueries.Id(random.Next(Ids))}}"}""";
        string references = $$"""[{"from":"weaviate://localhost/Doc/{{id}}/by","to":"weaviate://localhost/Author/{{RoutingQueries.Id(random.Next(Ids))}}"}]""";
        string deletion = $$$"""{"match":{"class":"Doc","where":{"operator":"Equal","path":["n"],"valueInt":{{{random.Next(12)}}}}},"output":"verbose"}""";
        return random.Next(10) switch
        {
            0 => server => StatusAsync(server.Client.PostAsync("/v1/objects", document)),
            1 => server => StatusAsync(server.Client.PutAsync($"/v1/objects/Doc/{id}", document)),
            2 => server => StatusAsync(server.Client.PatchAsync($"/v1/objects/Doc/{id}", document)),
            3 => server => StatusAsync(server.Client.DeleteAsync($"/v1/objects/Doc/{id}")),
            4 => server => StatusAsync(server.Client.HeadAsync($"/v1/objects/Doc/{id}")),
            5 => server => BatchAsync(server, $"[{author}]"),
            6 => server => StatusAsync(server.Client.PostAsync($"/v1/objects/Doc/{id}/references/by", beacon)),
            7 => server => StatusAsync(server.Client.PostAsync("/v1/batch/references", references)),
            8 when random.Next(3) == 0 => async server => (await server.Client.DeleteAsync("/v1/batch/objects", deletion)).Expect(200).Text,
            _ => server => BatchAsync(server, batch),
        };
    }

    private static string Document(Random random, string id)
    {
        var members = new List<string>();
        Add("n", $"{random.Next(12)}");
        Add("x", RoutingQueries.Number(random.Next(40) / 8.0));
        Add("flag", random.Next(2) == 0 ? "true" : "false");
        Add("day", $"\"2026-01-{1 + random.Next(20):00}T00:00:00Z\"");
        Add("name", $"\"{Words[random.Next(Words.Length)]}\"");
        Add("key", $"\"{RoutingQueries.Id(random.Next(6))}\"");
        Add("by", $$"""[{"beacon":"weaviate://localhost/Author/{{RoutingQueries.Id(random.Next(Ids))}}"}]""");
        string vector = random.Next(8) == 0 ? "[1,2,3]" : $"[{RoutingQueries.Number((random.Next(64) - 32) / 16.0)},{RoutingQueries.Number((1 + random.Next(32)) / 16.0)}]";
        return $$"""{"class":"Doc","id":"{{id}}","vector":{{vector}},"properties":{ {{string.Join(',', members)}} } }""";

        void Add(string name, string value)
        {
            if (random.Next(5) > 0)
            {
                members.Add($"\"{name}\":{value}");
            }
        }
    }

    private static string Author(Random random) =>
        $$$"""{"class":"Author","id":"{{{RoutingQueries.Id(random.Next(Ids))}}}","properties":{"age":{{{random.Next(5)}}},"friend":[{"beacon":"weaviate://localhost/Author/{{{RoutingQueries.Id(random.Next(Ids))}}}"}]}}""";

    private static async Task<string> StatusAsync(Task<ApiResponse> sent)
    {
        ApiResponse response = await sent;
        return $"{response.Status} {(response.Status >= 400 ? response.Text : "")}";
    }

    private static async Task<string> BatchAsync(TestServer server, string batch)
    {
        JsonElement items = (await server.Client.PostAsync("/v1/batch/objects", $$"""{"objects":{{batch}}}""")).Expect(200).Json;
        return string.Join('\n', items.EnumerateArray().Select(item => $"{item.GetProperty("id")} {item.GetProperty("result")}"));
    }
}
