using System.Text.Json;
using Basalt.Engine;
using Basalt.Server.Grpc.Protocol;
using Basalt.Server.Schema;
using Basalt.Server.Shards;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Cluster.Routing;

/// <summary>A node that is down takes only its own shards with it.</summary>
public sealed class UnreachableNodeTests
{
    private const string Doc = """{"class":"Doc","properties":[{"name":"n","dataType":["int"]}]}""";
    private const string Unreachable = "node 'n2' cannot be reached: shard 'b1' of class 'Doc' is there";

    [Fact]
    public async Task Objects_WhenTheirNodeIsDown_AreUnavailableAndOthersAreServed()
    {
        await using TwoNodes nodes = await TwoNodes.StartAsync();
        await nodes.CreateClassAsync(Doc, "a1", "b1");
        string here = IdIn(shard: 0);
        string there = IdIn(shard: 1);
        await WriteAsync(nodes.First, here);
        await WriteAsync(nodes.First, there);

        await nodes.StopSecondAsync();

        ApiClient client = nodes.First.Client;
        (await client.GetAsync($"/v1/objects/Doc/{here}")).Expect(200);
        (await client.PutAsync($"/v1/objects/Doc/{here}", Object(here))).Expect(200);
        (await client.GetAsync($"/v1/objects/Doc/{there}")).ExpectHandlerError(503, Unreachable);
        (await client.PutAsync($"/v1/objects/Doc/{there}", Object(there))).ExpectHandlerError(503, Unreachable);
        (await client.DeleteAsync($"/v1/objects/Doc/{there}")).ExpectHandlerError(503, Unreachable);
        (await client.GetAsync($"/v1/objects/{there}")).ExpectHandlerError(503, Unreachable);
        (await client.GetAsync("/v1/objects?class=Doc")).ExpectHandlerError(503, Unreachable);
        (await client.GetAsync("/v1/objects")).ExpectHandlerError(503, Unreachable);
        (await client.DeleteAsync("/v1/batch/objects", """{"match":{"class":"Doc","where":{"operator":"GreaterThan","path":["n"],"valueInt":0}}}"""))
            .ExpectHandlerError(503, Unreachable);
        ApiResponse query = (await client.PostAsync("/v1/graphql", """{"query":"{Get{Doc{n}}}"}""")).Expect(200);
        Assert.Contains(Unreachable, query.Text, StringComparison.Ordinal);
        (await nodes.First.Grpc.TryCallAsync("Search", new SearchRequest { Collection = "Doc" })).ExpectError("14", Unreachable);
    }

    [Fact]
    public async Task Batch_WhenANodeIsDown_FailsForItsObjectsOnly()
    {
        await using TwoNodes nodes = await TwoNodes.StartAsync();
        await nodes.CreateClassAsync(Doc, "a1", "b1");
        await nodes.StopSecondAsync();

        ApiResponse batch = (await nodes.First.Client.PostAsync(
            "/v1/batch/objects", $$"""{"objects":[{{Object(IdIn(0))}},{{Object(IdIn(1))}}]}""")).Expect(200);

        JsonElement[] items = [.. batch.Json.EnumerateArray()];
        Assert.Equal("SUCCESS", items[0].GetProperty("result").GetProperty("status").GetString());
        Assert.Equal("FAILED", items[1].GetProperty("result").GetProperty("status").GetString());
        Assert.Contains(Unreachable, items[1].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Object_WhenAnotherClassIsUnreachable_IsFoundByItsIdAlone()
    {
        await using TwoNodes nodes = await TwoNodes.StartAsync();
        await nodes.CreateClassAsync("""{"class":"Away"}""", "b1");
        await nodes.CreateClassAsync(Doc, "a1");
        await WriteAsync(nodes.First, IdIn(0));
        await nodes.StopSecondAsync();

        ApiResponse found = await nodes.First.Client.GetAsync($"/v1/objects/{IdIn(0)}");

        found.Expect(200);
        (await nodes.First.Client.GetAsync($"/v1/objects/{Guid.NewGuid()}")).ExpectHandlerError(503, "node 'n2'", "class 'Away'");
    }

    [Fact]
    public async Task Objects_WhenTheOtherNodeHasAnotherPassword_AreUnavailable()
    {
        await using TwoNodes nodes = await TwoNodes.StartAsync(secondPassword: "another");
        await nodes.CreateClassAsync(Doc, "a1", "b1");

        ApiResponse response = await nodes.First.Client.GetAsync($"/v1/objects/Doc/{IdIn(1)}");

        response.ExpectHandlerError(503, "node 'n2'", "credentials");
        Assert.DoesNotContain(TwoNodes.Password, response.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Objects_WhenTheOtherNodeIsFencedOrBehind_AreUnavailable()
    {
        await using TwoNodes nodes = await TwoNodes.StartAsync();
        await nodes.CreateClassAsync(Doc, "a1", "b1");
        string path = $"/v1/objects/Doc/{IdIn(1)}";

        nodes.ViewOfSecond.IsFenced = true;
        (await nodes.First.Client.GetAsync(path)).ExpectHandlerError(503, "node 'n2' has lost its membership");
        nodes.ViewOfSecond.IsFenced = false;
        nodes.ViewOfSecond.SchemaRevision = 0;
        (await nodes.First.Client.GetAsync(path)).ExpectHandlerError(503, "node 'n2' has not applied revision 1");
        nodes.ViewOfSecond.SchemaRevision = 1;

        (await nodes.First.Client.GetAsync(path)).ExpectEmpty(404);
    }

    [Fact]
    public async Task Vectors_WhenTheFirstOnesGoToTwoNodes_HaveOneLength()
    {
        await using TwoNodes nodes = await TwoNodes.StartAsync();
        await nodes.CreateClassAsync(Doc, "a1", "b1");
        string there = IdIn(1);
        (await nodes.Second.Client.PostAsync("/v1/objects", $$"""{"class":"Doc","id":"{{there}}","vector":[1,2]}""")).Expect(200);

        ApiResponse refused = await nodes.First.Client.PostAsync("/v1/objects", $$"""{"class":"Doc","id":"{{IdIn(0)}}","vector":[1,2,3]}""");

        refused.ExpectHandlerError(422, "has length 3; existing objects have vectors with length 2");
    }

    [Fact]
    public async Task Tenants_WhenSpreadOverNodes_AreServedByBoth()
    {
        await using TwoNodes nodes = await TwoNodes.StartAsync();
        string[] tenants = [.. Enumerable.Range(0, 8).Select(number => $"tenant{number}")];
        await nodes.CreateTenantsAsync("""{"class":"Doc","multiTenancyConfig":{"enabled":true},"properties":[{"name":"n","dataType":["int"]}]}""", tenants);
        Assert.Equal(["n1", "n2"], tenants.Select(name => ShardPlacement.NodeOf(name, ["n1", "n2"])).Distinct().Order());

        foreach (string tenant in tenants)
        {
            string id = Guid.NewGuid().ToString();
            (await nodes.First.Client.PostAsync("/v1/objects", $$"""{"class":"Doc","id":"{{id}}","tenant":"{{tenant}}","properties":{"n":1} }""")).Expect(200);
            foreach (ApiClient client in (ApiClient[])[nodes.First.Client, nodes.Second.Client])
            {
                ApiResponse listed = (await client.GetAsync($"/v1/objects?class=Doc&tenant={tenant}")).Expect(200);
                Assert.Equal(id, Assert.Single(listed.Json.GetProperty("objects").EnumerateArray()).GetProperty("id").GetString());
                Assert.Equal(tenant, (await client.GetAsync($"/v1/objects/Doc/{id}?tenant={tenant}")).Expect(200).Json.GetProperty("tenant").GetString());
            }
        }
    }

    [Fact]
    public async Task Shards_WhenAServerAloneHasOnlySomeOfACluster_AreServedAsFarAsTheyAreThere()
    {
        await using TestServer server = await TestServer.StartAsync();
        var record = new SchemaRecord(
            [new ShardPlace("a1", "n1"), new ShardPlace("b1", "n2")],
            new ClassDefinitionReader("none", static _ => true).Read(JsonElement.Parse(Doc)).WithShardCount(2));
        IReadOnlyList<Keyspace> keyspaces = server.Host.Database.CreateKeyspaces(
            [KeyspaceNames.Schema("Doc"), KeyspaceNames.Objects("Doc", "a1"), KeyspaceNames.Index("Doc", "a1")]);
        server.Host.Database.Put(keyspaces[0], SchemaRecord.Key, record.Encode());
        await server.Host.Catalog.ReloadAsync(default);

        await WriteAsync(server, IdIn(0));

        (await server.Client.GetAsync($"/v1/objects/Doc/{IdIn(1)}")).ExpectHandlerError(503, Unreachable);
        (await server.Client.GetAsync("/v1/objects?class=Doc")).ExpectHandlerError(503, Unreachable);
        await server.RestartAsync();
        (await server.Client.GetAsync($"/v1/objects/Doc/{IdIn(0)}")).Expect(200);
    }

    private static string Object(string id) => $$"""{"class":"Doc","id":"{{id}}","properties":{"n":1} }""";

    private static async Task WriteAsync(TestServer server, string id) => (await server.Client.PostAsync("/v1/objects", Object(id))).Expect(200);

    /// <summary>An id of the first or second of two shards.</summary>
    private static string IdIn(int shard) => Enumerable.Range(0, 100).Select(RoutingQueries.Id).First(id => ShardPlacement.IndexOf(new Guid(id), 2) == shard);
}
