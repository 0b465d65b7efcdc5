using System.Text.Json;
using Basalt.Server.Cluster.Peers;
using Basalt.Server.Schema;
using Basalt.Server.Search;
using Basalt.Server.Shards;
using Basalt.Server.Tests.Cluster.Support;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Cluster.Routing;

/// <summary>A node that answers what nobody asked: the request fails and names it; nothing wrong is shown.</summary>
public sealed class WrongAnswerTests
{
    private const string Properties = """{"name":"n","dataType":["int"]}""";
    private const string Doc = $$"""{"class":"Doc","properties":[{{Properties}}]}""";
    private const string Wrong = "node 'n2' gave an answer that cannot be used: shard 'b1' of class 'Doc' is there";

    private static readonly Guid[] There = [.. Enumerable.Range(0, 100).Select(Id).Where(id => ShardPlacement.IndexOf(id, 2) == 1).Order().Take(4)];
    private static readonly Guid Here = Enumerable.Range(0, 100).Select(Id).First(id => ShardPlacement.IndexOf(id, 2) == 0);

    [Theory]
    [InlineData("sort=n", "without values", "has not the distance or the values")]
    [InlineData("sort=n", "a text for a number", "has not the distance or the values")]
    [InlineData("sort=n", "too few values", "has not the distance or the values")]
    [InlineData("sort=n", "against the order", "is not in order")]
    [InlineData("sort=n", "ties against the order of ids", "is not in order")]
    [InlineData("limit=3", "with values", "has not the distance or the values")]
    [InlineData("limit=3", "with a distance", "has not the distance or the values")]
    [InlineData("limit=3", "against the order of ids", "is not in order")]
    [InlineData("limit=3", "the same twice", "is not in order")]
    [InlineData("limit=3", "of another shard", "in none of the shards")]
    [InlineData("limit=3", "too many", "4 objects where at most 3")]
    [InlineData("limit=3&after=ffffffff-ffff-ffff-ffff-fffffffffff0", "in order", "not behind the cursor")]
    public async Task Search_WhenTheHitsOfANodeCannotBeRight_FailsAndNamesIt(string query, string hits, string reason)
    {
        await using TwoNodes nodes = await TwoNodes.StartAsync();
        await nodes.CreateClassAsync(Doc, "a1", "b1");
        await using FakePeer peer = await AnswerAsync(nodes, answer => HitMessage.Write(answer, Hits(hits)));
        nodes.Move("n2", peer.Address);

        ApiResponse response = await nodes.First.Client.GetAsync($"/v1/objects?class=Doc&{query}");

        response.ExpectHandlerError(503, Wrong, reason);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(float.NaN)]
    public async Task Search_WhenHitsHaveNoDistance_FailsAndNamesTheNode(float? distance)
    {
        await using TwoNodes nodes = await TwoNodes.StartAsync();
        await nodes.CreateClassAsync(Doc, "a1", "b1");
        await using FakePeer peer = await AnswerAsync(nodes, answer => HitMessage.Write(answer, [new SearchHit(There[0], distance)]));
        nodes.Move("n2", peer.Address);

        ApiResponse response = await nodes.First.Client.PostAsync("/v1/graphql", """{"query":"{Get{Doc(nearVector:{vector:[1,0]}){n}}}"}""");

        string message = Assert.Single(response.Expect(200).Json.GetProperty("errors").EnumerateArray()).GetProperty("message").GetString()!;
        Assert.StartsWith(Wrong, message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Matches_WhenTheyCannotBeRight_DeleteNothing()
    {
        await using TwoNodes nodes = await TwoNodes.StartAsync();
        await nodes.CreateClassAsync(Doc, "a1", "b1");
        (await nodes.First.Client.PostAsync("/v1/objects", $$"""{"class":"Doc","id":"{{Here}}","properties":{"n":1} }""")).Expect(200);
        await using FakePeer peer = await AnswerAsync(nodes, answer => answer.Ids([Here]));
        nodes.Move("n2", peer.Address);

        ApiResponse response = await nodes.First.Client.DeleteAsync(
            "/v1/batch/objects", """{"match":{"class":"Doc","where":{"operator":"GreaterThan","path":["n"],"valueInt":5}}}""");

        response.ExpectHandlerError(503, Wrong);
        (await nodes.First.Client.GetAsync($"/v1/objects/Doc/{Here}")).Expect(200);
    }

    [Fact]
    public async Task Count_WhenItIsNegative_FailsAndNamesTheNode()
    {
        await using TwoNodes nodes = await TwoNodes.StartAsync();
        await nodes.CreateClassAsync(Doc, "a1", "b1");
        await using FakePeer peer = await AnswerAsync(nodes, static answer => answer.Int64(-1));
        nodes.Move("n2", peer.Address);

        ApiResponse response = await nodes.First.Client.PostAsync("/v1/graphql", """{"query":"{Aggregate{Doc{meta{count}}}}"}""");

        Assert.Contains(Wrong, response.Expect(200).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"secret":1}""", "has a property 'secret', which class 'Doc' has not")]
    [InlineData("""[1]""", "is malformed")]
    [InlineData("""{"n":1""", "is malformed")]
    public async Task Object_WhenItIsNoneOfTheClass_IsNotShown(string properties, string reason)
    {
        await using TwoNodes nodes = await TwoNodes.StartAsync();
        await nodes.CreateClassAsync(Doc, "a1", "b1");
        await using FakePeer peer = await AnswerAsync(nodes, answer => WriteRecord(answer, FakePeer.Record(properties)));
        nodes.Move("n2", peer.Address);

        ApiResponse response = await nodes.First.Client.GetAsync($"/v1/objects/Doc/{There[0]}");

        response.ExpectHandlerError(503, Wrong, $"object {There[0]}", reason);
    }

    [Fact]
    public async Task Object_WhenItsBytesAreNoRecord_IsNotShown()
    {
        await using TwoNodes nodes = await TwoNodes.StartAsync();
        await nodes.CreateClassAsync(Doc, "a1", "b1");
        await using FakePeer peer = await AnswerAsync(nodes, static answer => WriteRecord(answer, [9, 9, 9]));
        nodes.Move("n2", peer.Address);

        (await nodes.First.Client.GetAsync($"/v1/objects/Doc/{There[0]}")).ExpectHandlerError(503, Wrong, "is malformed");
    }

    [Theory]
    [InlineData("Other", false, null, "is about class 'Other'")]
    [InlineData("Doc", true, null, "is about class 'Doc' with the id")]
    [InlineData("Doc", false, "tenant1", "is about tenant 'tenant1'")]
    public async Task Object_OfAnotherClassOrTenant_IsNotShown(string className, bool hasId, string? tenant, string reason)
    {
        await using TwoNodes nodes = await TwoNodes.StartAsync();
        await nodes.CreateClassAsync(Doc, "a1", "b1");
        await using FakePeer peer = await FakePeer.StartAsync(context => FakePeer.AnswerAsync(context, answer =>
        {
            answer.Text(className);
            answer.Flag(hasId);
            answer.Id(hasId ? Here : default);
            answer.Text(tenant);
            WriteRecord(answer, FakePeer.Record("""{"n":1}"""));
            PeerAnswer.End(answer, 1);
        }));
        nodes.Move("n2", peer.Address);

        (await nodes.First.Client.GetAsync($"/v1/objects/Doc/{There[0]}")).ExpectHandlerError(503, Wrong, reason);
    }

    [Fact]
    public async Task Object_WithAPropertyThatWasAddedAMomentAgo_IsShownOnceThisNodeKnowsIt()
    {
        await using TwoNodes nodes = await TwoNodes.StartAsync();
        await nodes.CreateClassAsync(Doc, "a1", "b1");
        StoredClass known = nodes.First.Host.Catalog.Get("Doc");
        nodes.ViewOfFirst.CatchUp = revision =>
        {
            ClassDefinition grown = new ClassDefinitionReader("none", static _ => true)
                .Read(JsonElement.Parse($$"""{"class":"Doc","properties":[{{Properties}},{"name":"late","dataType":["int"]}]}"""));
            known.Record = new SchemaRecord(known.Record.Shards, grown.WithShardCount(2));
            nodes.ViewOfFirst.SchemaRevision = revision;
        };
        await using FakePeer peer = await AnswerAsync(nodes, static answer => WriteRecord(answer, FakePeer.Record("""{"n":1,"late":2}""")), revision: 2);
        nodes.Move("n2", peer.Address);

        ApiResponse response = (await nodes.First.Client.GetAsync($"/v1/objects/Doc/{There[0]}")).Expect(200);

        Assert.Equal(2, response.Json.GetProperty("properties").GetProperty("late").GetInt32());
    }

    private static SearchHit[] Hits(string what) => what switch
    {
        "without values" => [new(There[0])],
        "a text for a number" => [new(There[0], null, ["5"])],
        "too few values" => [new(There[0], null, [])],
        "against the order" => [new(There[0], null, [2L]), new(There[1], null, [1L])],
        "ties against the order of ids" => [new(There[1], null, [1L]), new(There[0], null, [1L])],
        "with values" => [new(There[0], null, [1L])],
        "with a distance" => [new(There[0], 0.5f)],
        "against the order of ids" => [new(There[1]), new(There[0])],
        "the same twice" => [new(There[0]), new(There[0])],
        "of another shard" => [new(Here)],
        "too many" => [.. There.Select(static id => new SearchHit(id))],
        _ => [new(There[0]), new(There[1])],
    };

    private static void WriteRecord(PeerMessageWriter answer, byte[] record)
    {
        answer.Int32(1);
        answer.Bytes(record);
    }

    /// <summary>Answers about the class that was asked for.</summary>
    private static Task<FakePeer> AnswerAsync(TwoNodes nodes, Action<PeerMessageWriter> write, long revision = 1) =>
        FakePeer.StartAsync(context => FakePeer.AnswerAsync(context, answer =>
        {
            PeerAnswer.Begin(answer, new NodeShards("n2", nodes.First.Host.Catalog.Get("Doc"), null, []));
            write(answer);
            PeerAnswer.End(answer, revision);
        }));

    private static Guid Id(int number) => new(RoutingQueries.Id(number));
}
