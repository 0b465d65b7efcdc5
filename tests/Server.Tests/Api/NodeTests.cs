using System.Text.Json;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Api;

public sealed class NodeTests : IAsyncLifetime
{
    private TestServer _server = null!;

    private ApiClient Client => _server.Client;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        (await Client.PostAsync("/v1/batch/objects", """{"objects":[{"class":"A"},{"class":"A"},{"class":"B"}]}""")).Expect(200);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("/v1/nodes", 3, 2)]
    [InlineData("/v1/nodes?output=minimal", 3, 2)]
    [InlineData("/v1/nodes/a", 2, 1)]
    public async Task Nodes_WhenMinimal_HaveTotalsAndNoShards(string path, int objects, int shards)
    {
        JsonElement node = Assert.Single((await Client.GetAsync(path)).Expect(200).Json.GetProperty("nodes").EnumerateArray());

        Assert.Equal("node1", node.GetProperty("name").GetString());
        Assert.Equal("HEALTHY", node.GetProperty("status").GetString());
        Assert.Equal(objects, node.GetProperty("stats").GetProperty("objectCount").GetInt32());
        Assert.Equal(shards, node.GetProperty("stats").GetProperty("shardCount").GetInt32());
        Assert.Equal(0, node.GetProperty("batchStats").GetProperty("queueLength").GetInt32());
        Assert.Equal(JsonValueKind.Null, node.GetProperty("shards").ValueKind);
        Assert.NotEmpty(node.GetProperty("gitHash").GetString()!);
    }

    [Fact]
    public async Task Nodes_WhenVerbose_ListTheShardsOfAllClasses()
    {
        JsonElement node = (await Client.GetAsync("/v1/nodes?output=verbose")).Expect(200).Json.GetProperty("nodes")[0];

        JsonElement[] shards = [.. node.GetProperty("shards").EnumerateArray()];
        Assert.Equal(["A", "B"], shards.Select(shard => shard.GetProperty("class").GetString()!));
        Assert.Equal([2, 1], shards.Select(shard => shard.GetProperty("objectCount").GetInt32()));
        Assert.All(shards, shard =>
        {
            Assert.Equal("READY", shard.GetProperty("vectorIndexingStatus").GetString());
            Assert.False(shard.GetProperty("compressed").GetBoolean());
            Assert.Equal(0, shard.GetProperty("vectorQueueLength").GetInt32());
            Assert.True(shard.GetProperty("loaded").GetBoolean());
        });
        Assert.Equal(
            (await Client.GetAsync("/v1/schema/A/shards")).Json[0].GetProperty("name").GetString(), shards[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task Nodes_WhenTheRequestIsWrong_NameTheFault()
    {
        (await Client.GetAsync("/v1/nodes?output=all")).ExpectHandlerError(422, "\"all\"");
        (await Client.GetAsync("/v1/nodes/Missing")).ExpectHandlerError(404, "Missing");
    }
}
