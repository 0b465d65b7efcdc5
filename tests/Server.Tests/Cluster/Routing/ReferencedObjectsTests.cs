using System.Text;
using Basalt.Server.Api;
using Basalt.Server.Cluster.Peers;
using Basalt.Server.Objects;
using Basalt.Server.Schema;
using Basalt.Server.Search;
using Basalt.Server.Shards;
using Basalt.Server.Tests.Cluster.Support;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Cluster.Routing;

/// <summary>What is kept of the objects that a result refers to when these are on several nodes.</summary>
public sealed class ReferencedObjectsTests
{
    private const string Leaf = """{"class":"Leaf","properties":[{"name":"n","dataType":["int"]}]}""";

    private const string Middle =
        """
        {"class":"Middle","properties":[{"name":"t","dataType":["text"],"indexFilterable":false,"indexSearchable":false},{"name":"to","dataType":["Leaf"]}]}
        """;

    // What an object holds, so that some of them are as much as a result may bring along.
    private const int ObjectBytes = 8 << 20;
    private const int Allowed = (int)(ReferencedObjects.MaxBytes / ObjectBytes) - 1;

    [Theory]
    [InlineData("a1")]
    [InlineData("b1")]
    public async Task Preparation_WhenObjectsOfEitherNodeAreTooMuch_IsRefused(string shard)
    {
        await using TwoNodes nodes = await TwoNodes.StartAsync();
        await CreateAsync(nodes, shard);
        string text = new('x', ObjectBytes);
        for (int i = 0; i <= Allowed + 1; i++)
        {
            await WriteAsync(nodes.First, i, text, 0);
        }

        using PeerClient peers = Peers(nodes);
        var references = new ReferencedObjects(new ShardRouter(peers), null, default);

        await references.PrepareAsync(Selection(nodes), Result(Allowed));
        RequestException refused = await Assert.ThrowsAsync<RequestException>(async () => await references.PrepareAsync(Selection(nodes), Result(Allowed + 2)));

        Assert.Equal((422, true), (refused.Status, refused.Message.Contains("64 MiB of other objects", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Preparation_WhenReferencesAreTooMany_IsRefusedWithoutReadingAnyOfThem()
    {
        await using TwoNodes nodes = await TwoNodes.StartAsync();
        await CreateAsync(nodes, "b1");

        // Would tell of a node that is not there.
        var references = new ReferencedObjects(new ShardRouter(new AbsentPeers()), null, default);

        RequestException refused = await Assert.ThrowsAsync<RequestException>(
            async () => await references.PrepareAsync(Selection(nodes), Result((int)(ReferencedObjects.MaxBytes / ReferencedObjects.ObjectBytes) + 1)));

        Assert.Equal(422, refused.Status);
    }

    [Fact]
    public async Task Object_WhenItIsChangedMeanwhile_IsShownWithWhatWasFetchedForIt()
    {
        await using TwoNodes nodes = await TwoNodes.StartAsync();
        await CreateAsync(nodes, "a1");
        await WriteAsync(nodes.First, 0, "before", 1);
        (await nodes.First.Client.PostAsync("/v1/objects", $$"""{"class":"Leaf","id":"{{RoutingQueries.Id(1)}}","properties":{"n":1} }""")).Expect(200);
        using PeerClient peers = Peers(nodes);
        var references = new ReferencedObjects(new ShardRouter(peers), null, default);

        await references.PrepareAsync(Selection(nodes), Result(1));
        (await nodes.First.Client.PutAsync($"/v1/objects/Middle/{RoutingQueries.Id(0)}", Object(0, "after", 2))).Expect(200);

        using var record = new PooledBuffer();
        Assert.True(references.TryRead(nodes.First.Host.Catalog.Get("Middle"), new Guid(RoutingQueries.Id(0)), record));
        Assert.Contains("before", Encoding.UTF8.GetString(ObjectRecord.Read(record.Written).Properties), StringComparison.Ordinal);
        Assert.True(references.TryRead(nodes.First.Host.Catalog.Get("Leaf"), new Guid(RoutingQueries.Id(1)), record));
    }

    private static async Task CreateAsync(TwoNodes nodes, string shard)
    {
        await nodes.CreateClassAsync(Leaf, "b1");
        await nodes.CreateClassAsync(Middle, shard);
    }

    private static string Object(int number, string text, int leaf) =>
        $$"""
        {"class":"Middle","id":"{{RoutingQueries.Id(number)}}","properties":{"t":"{{text}}","to":[{"beacon":"weaviate://localhost/Leaf/{{RoutingQueries.Id(leaf)}}"}]} }
        """;

    private static async Task WriteAsync(TestServer server, int number, string text, int leaf) =>
        (await server.Client.PostAsync("/v1/objects", Object(number, text, leaf))).Expect(200);

    private static PeerClient Peers(TwoNodes nodes) => new(nodes.ViewOfFirst, new PeerCredentials(TwoNodes.User, TwoNodes.Password), new PeerTimeouts());

    /// <summary>From a result to objects of the middle, and from these to leaves.</summary>
    private static ReferenceSelection Selection(TwoNodes nodes) => Follow("by", nodes.First.Host.Catalog.Get("Middle"), Follow("to", nodes.First.Host.Catalog.Get("Leaf"), new([])));

    private static ReferenceSelection Follow(string property, StoredClass target, ReferenceSelection inside) =>
        new([(property, new Dictionary<string, ReferenceSelection.Step> { [target.Name] = new(target, inside) })]);

    /// <summary>A result that refers to so many objects of the middle.</summary>
    private static byte[] Result(int count)
    {
        IEnumerable<string> beacons = Enumerable.Range(0, count).Select(static i => $$"""{"beacon":"weaviate://localhost/Middle/{{RoutingQueries.Id(i)}}"}""");
        return FakePeer.Record($$"""{"by":[{{string.Join(',', beacons)}}]}""");
    }
}
