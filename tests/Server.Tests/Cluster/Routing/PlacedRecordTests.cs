using System.Text;
using System.Text.Json;
using Basalt.Server.Schema;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Cluster.Routing;

/// <summary>What is stored about the shards of a class.</summary>
public sealed class PlacedRecordTests
{
    [Fact]
    public void Record_OfOneShardWithoutANode_HasTheOldForm()
    {
        var record = new SchemaRecord([new ShardPlace("abc")], Definition());

        string json = Encoding.UTF8.GetString(record.Encode());

        Assert.StartsWith("""{"format":1,"shard":"abc","class":{""", json, StringComparison.Ordinal);
        Assert.Equal<ShardPlace>(record.Shards, SchemaRecord.Decode("Doc", record.Encode()).Shards);
    }

    [Fact]
    public void Record_OfPlacedShards_IsReadAsItWasWritten()
    {
        var record = new SchemaRecord([new ShardPlace("a", "n1"), new ShardPlace("b", "n2"), new ShardPlace("c")], Definition().WithShardCount(3));

        SchemaRecord read = SchemaRecord.Decode("Doc", record.Encode());

        Assert.StartsWith(
            """{"format":2,"shards":[{"name":"a","node":"n1"},{"name":"b","node":"n2"},{"name":"c"}],"class":{""",
            Encoding.UTF8.GetString(record.Encode()),
            StringComparison.Ordinal);
        Assert.Equal<ShardPlace>(record.Shards, read.Shards);
        Assert.Equal(3, read.Definition.ShardingConfig.GetProperty("actualCount").GetInt32());
    }

    [Fact]
    public void Record_OfTenantsOnNodes_IsReadAsItWasWritten()
    {
        var record = new SchemaRecord([], Definition(""","multiTenancyConfig":{"enabled":true}""")) { Nodes = ["n1", "n2"] };

        SchemaRecord read = SchemaRecord.Decode("Doc", record.Encode());

        Assert.Empty(read.Shards);
        Assert.Equal<string>(["n1", "n2"], read.Nodes);
    }

    [Fact]
    public void Record_OfTenantsThatAnEarlierServerRestored_StillSaysWhereTheyAre()
    {
        var record = SchemaRecord.Decode(
            "Doc",
            Encoding.UTF8.GetBytes("""{"format":2,"shards":[{"name":"t1","node":"n9"}],"nodes":["n1"],"class":{"class":"Doc","multiTenancyConfig":{"enabled":true}}}"""));

        Assert.Equal("n9", record.PlaceOfTenant("t1", null).Node);
        Assert.Equal("n3", record.PlaceOfTenant("t1", "n3").Node);
        Assert.Equal("n1", record.PlaceOfTenant("t2", null).Node);
    }

    [Fact]
    public void Tenant_WithIdAndNode_IsReadAsItWasWritten()
    {
        var id = Guid.NewGuid();
        (byte[] bare, byte[] known, byte[] placed) =
            (TenantRecord.Encode(TenantStatus.Cold), TenantRecord.Encode(TenantStatus.Cold, id), TenantRecord.Encode(TenantStatus.Cold, id, "n-1.x"));

        Assert.All((byte[][])[bare, known, placed], value => Assert.Equal(TenantStatus.Cold, TenantRecord.Decode("Doc", "t", value)));
        Assert.Equal((null, id, id), (TenantRecord.IdOf(bare), TenantRecord.IdOf(known), TenantRecord.IdOf(placed)));
        Assert.Equal((null, null, "n-1.x"), (TenantRecord.NodeOf(bare), TenantRecord.NodeOf(known), TenantRecord.NodeOf(placed)));
        Assert.Equal($"COLD {id:N} n-1.x", Encoding.UTF8.GetString(placed));
    }

    [Theory]
    [InlineData("HOT ")]
    [InlineData("HOT n1")]
    [InlineData("HOT 0123456789abcdef0123456789abcdef ")]
    [InlineData("HOT 0123456789abcdef0123456789abcdef n1 more")]
    public void Tenant_InAFormThatIsNotKnown_IsRefused(string text) =>
        Assert.Throws<InvalidDataException>(() => TenantRecord.Decode("Doc", "t", Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("""{"format":2,"shards":[],"class":{"class":"Doc"}}""")]
    [InlineData("""{"format":2,"shards":[{"name":"a"},{"name":"a"}],"class":{"class":"Doc"}}""")]
    [InlineData("""{"format":2,"shards":[{"node":"a"}],"class":{"class":"Doc"}}""")]
    [InlineData("""{"format":3,"shards":[{"name":"a"}],"class":{"class":"Doc"}}""")]
    public void Record_WhenMalformed_IsRefused(string json) =>
        Assert.Throws<InvalidDataException>(() => SchemaRecord.Decode("Doc", Encoding.UTF8.GetBytes(json)));

    // Stored objects are where these say; another answer would lose them.
    [Theory]
    [InlineData("00000000-0000-0000-0000-000000000000", 4, 0)]
    [InlineData("00000000-0000-0000-0000-000000000001", 4, 3)]
    [InlineData("ffffffff-ffff-ffff-ffff-ffffffffffff", 4, 3)]
    [InlineData("9a2f1f5e-6a0d-4c3b-8d6e-2f1b5f4e3d2c", 128, 98)]
    public void Shard_OfAnObject_NeverChanges(string id, int count, int expected) =>
        Assert.Equal(expected, ShardPlacement.IndexOf(new Guid(id), count));

    [Theory]
    [InlineData(0, 200, 1)]
    [InlineData(1, 200, 1)]
    [InlineData(128, 200, 128)]
    [InlineData(129, 422, 0)]
    public async Task Class_WhenCreated_HasAsManyShardsAsItAsksFor(int desired, int status, int actual)
    {
        await using TestServer server = await TestServer.StartAsync();

        ApiResponse created = await server.Client.PostAsync("/v1/schema", $$$"""{"class":"Doc","shardingConfig":{"desiredCount":{{{desired}}}}}""");

        created.Expect(status);
        if (status == 200)
        {
            JsonElement sharding = created.Json.GetProperty("shardingConfig");
            Assert.Equal((desired, actual), (sharding.GetProperty("desiredCount").GetInt32(), sharding.GetProperty("actualCount").GetInt32()));
            Assert.Equal(actual, (await server.Client.GetAsync("/v1/schema/Doc/shards")).Json.GetArrayLength());
            await server.RestartAsync();
            Assert.Equal(actual, (await server.Client.GetAsync("/v1/schema/Doc/shards")).Json.GetArrayLength());
        }
        else
        {
            created.ExpectHandlerError(422, "desiredCount");
        }
    }

    private static ClassDefinition Definition(string more = "") =>
        new ClassDefinitionReader("none", static _ => true).Read(JsonElement.Parse($$"""{"class":"Doc"{{more}}}"""));
}
