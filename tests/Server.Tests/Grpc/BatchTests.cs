using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Basalt.Server.Grpc.Protocol;
using Basalt.Server.Tests.Support;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using ProtobufValue = Google.Protobuf.WellKnownTypes.Value;

namespace Basalt.Server.Tests.Grpc;

public sealed class BatchTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private GrpcClient Client => shared.Server.Grpc;

    [Fact]
    public async Task Batch_WhenObjectsHavePropertiesOfEveryKind_StoresThemAsRestWould()
    {
        string target = await shared.CreateClassAsync();
        string name = await shared.CreateClassAsync($$"""
            {"name":"title","dataType":["text"]},{"name":"pages","dataType":["int"]},{"name":"price","dataType":["number"]},
            {"name":"years","dataType":["int[]"]},{"name":"marks","dataType":["number[]"]},{"name":"tags","dataType":["text[]"]},
            {"name":"flags","dataType":["boolean[]"]},{"name":"none","dataType":["text[]"]},{"name":"place","dataType":["geoCoordinates"]},
            {"name":"author","dataType":["object"],"nestedProperties":[{"name":"age","dataType":["int"]},{"name":"names","dataType":["text[]"]}]},
            {"name":"parts","dataType":["object[]"],"nestedProperties":[{"name":"n","dataType":["int"]}]},{"name":"by","dataType":["{{target}}"]}
            """);
        var properties = new BatchObject.Types.Properties { NonRefProperties = new Struct(), EmptyListProps = { "none" } };
        properties.NonRefProperties.Fields["title"] = ProtobufValue.ForString("Bücher \"1\"");
        properties.NonRefProperties.Fields["pages"] = ProtobufValue.ForNumber(7);
        properties.NonRefProperties.Fields["price"] = ProtobufValue.ForNumber(1.5);
        properties.NonRefProperties.Fields["place"] = ProtobufValue.ForStruct(new Struct
        {
            Fields = { ["latitude"] = ProtobufValue.ForNumber(1), ["longitude"] = ProtobufValue.ForNumber(2) },
        });
        properties.IntArrayProperties.Add(new IntArrayProperties { PropName = "years", Values = { 1, -2 } });
        properties.NumberArrayProperties.Add(new NumberArrayProperties { PropName = "marks", ValuesBytes = ByteString.CopyFrom(BitConverter.GetBytes(0.5)) });
        properties.TextArrayProperties.Add(new TextArrayProperties { PropName = "tags", Values = { "a", "b" } });
        properties.BooleanArrayProperties.Add(new BooleanArrayProperties { PropName = "flags", Values = { true, false } });
        var author = new ObjectPropertiesValue { NonRefProperties = new Struct { Fields = { ["age"] = ProtobufValue.ForNumber(3) } } };
        author.TextArrayProperties.Add(new TextArrayProperties { PropName = "names", Values = { "x" } });
        properties.ObjectProperties.Add(new ObjectProperties { PropName = "author", Value = author });
        var part = new ObjectPropertiesValue { NonRefProperties = new Struct { Fields = { ["n"] = ProtobufValue.ForNumber(1) } } };
        properties.ObjectArrayProperties.Add(new ObjectArrayProperties { PropName = "parts", Values = { part } });
        properties.SingleTargetRefProps.Add(new BatchObject.Types.SingleTargetRefProps { PropName = "by", Uuids = { Id(5) } });
        properties.SingleTargetRefProps.Add(new BatchObject.Types.SingleTargetRefProps { PropName = "by", Uuids = { Id(6) } });

        BatchObjectsReply reply = await ImportAsync(new BatchObject
        {
            Uuid = Id(1),
            Collection = name,
            Properties = properties,
            VectorBytes = Bytes(0.5f, -1f),
        });

        Assert.Empty(reply.Errors);
        JsonElement stored = (await shared.Client.GetAsync($"/v1/objects/{name}/{Id(1)}?include=vector")).Expect(200).Json;
        Assert.Equal("[0.5,-1]", stored.GetProperty("vector").GetRawText());
        Assert.True(
            JsonElement.DeepEquals(
                JsonElement.Parse($$"""
                    {"title":"Bücher \"1\"","pages":7,"price":1.5,"place":{"latitude":1,"longitude":2},"years":[1,-2],"marks":[0.5],"tags":["a","b"],
                    "flags":[true,false],"none":[],"author":{"age":3,"names":["x"]},"parts":[{"n":1}],
                    "by":[{"beacon":"weaviate://localhost/{{target}}/{{Id(5)}}"},{"beacon":"weaviate://localhost/{{target}}/{{Id(6)}}"}]}
                    """),
                stored.GetProperty("properties")),
            stored.GetRawText());
    }

    [Fact]
    public async Task Batch_WhenVectorsHaveNames_StoresThem()
    {
        string name = shared.NewClassName();
        (await shared.Client.PostAsync("/v1/schema", $$$$$$"""{"class":"{{{{{{name}}}}}}","vectorConfig":{"a":{"vectorizer":{"none":{}}},"b":{"vectorizer":{"none":{}}}}}""")).Expect(200);

        BatchObjectsReply reply = await ImportAsync(
            new BatchObject { Uuid = Id(1), Collection = name, Vectors = { Named("a", 1f), Named("b", 2f, 3f) } },
            new BatchObject { Uuid = Id(2), Collection = name, Vectors = { Named("c", 1f) } },
            new BatchObject { Uuid = Id(3), Collection = name, Vectors = { Named("a", 1f), Named("a", 2f) } },
            new BatchObject { Uuid = Id(4), Collection = name, VectorBytes = Bytes(1f) });

        Assert.Equal([1, 2, 3], reply.Errors.Select(error => error.Index));
        Assert.Contains("'c'", reply.Errors[0].Error, StringComparison.Ordinal);
        Assert.Contains("more than once", reply.Errors[1].Error, StringComparison.Ordinal);
        Assert.Contains("named vectors", reply.Errors[2].Error, StringComparison.Ordinal);
        JsonElement stored = (await shared.Client.GetAsync($"/v1/objects/{name}/{Id(1)}?include=vector")).Expect(200).Json;
        Assert.Equal("""{"a":[1],"b":[2,3]}""", stored.GetProperty("vectors").GetRawText());
    }

    [Fact]
    public async Task Batch_WhenSomeObjectsAreBad_WritesTheOthersAndTellsWhich()
    {
        string name = await shared.CreateClassAsync("""{"name":"n","dataType":["int"]}""");
        var nan = new BatchObject.Types.Properties { NonRefProperties = new Struct { Fields = { ["n"] = ProtobufValue.ForNumber(double.NaN) } } };
        var text = new BatchObject.Types.Properties { NonRefProperties = new Struct { Fields = { ["n"] = ProtobufValue.ForString("x") } } };

        BatchObjectsReply reply = await ImportAsync(
            new BatchObject { Uuid = Id(1), Collection = name },
            new BatchObject { Uuid = "no-uuid", Collection = name },
            new BatchObject { Uuid = Id(3), Collection = name, Properties = nan },
            new BatchObject { Uuid = Id(4), Collection = name, Properties = text },
            new BatchObject { Uuid = Id(5), Collection = name, VectorBytes = ByteString.CopyFrom(1, 2, 3) },
            new BatchObject { Uuid = Id(6), Collection = name, VectorBytes = Bytes(float.NaN) },
            new BatchObject { Uuid = Id(7), Collection = name, Tenant = "t" },
            new BatchObject { Uuid = Id(8), Collection = "1bad" },
            new BatchObject { Collection = name });

        Assert.Equal([1, 2, 3, 4, 5, 6, 7], reply.Errors.Select(error => error.Index));
        Assert.All(reply.Errors, error => Assert.NotEmpty(error.Error));
        Assert.Equal(2, await CountAsync(name));
    }

    [Fact]
    public async Task Batch_WhenItIsLargerThanAStep_IsWrittenWhole()
    {
        string name = await shared.CreateClassAsync("""{"name":"title","dataType":["text"]}""");
        string filler = new('x', 100_000);
        BatchObject[] objects = [.. Enumerable.Range(1, 150).Select(n => new BatchObject
        {
            Uuid = n == 120 ? "bad" : Id(n),
            Collection = name,
            Properties = new BatchObject.Types.Properties { NonRefProperties = new Struct { Fields = { ["title"] = ProtobufValue.ForString(filler) } } },
        })];

        BatchObjectsReply reply = await ImportAsync(objects);

        Assert.Equal(119, Assert.Single(reply.Errors).Index);
        Assert.Equal(149, await CountAsync(name));
    }

    [Fact]
    public async Task Batch_WhenMoreAreSentOverOneConnectionThanMayWork_AllFinish()
    {
        await using TestServer server = await TestServer.StartAsync(settings => settings with { MaxConcurrentBatches = 1 });
        (await server.Client.PostAsync("/v1/schema", """{"class":"Large"}""")).Expect(200);
        ByteString vector = Bytes(new float[400_000]);

        BatchObjectsReply[] replies = await Task.WhenAll(Enumerable.Range(1, 12).Select(n => server.Grpc.CallAsync(
            "BatchObjects",
            new BatchObjectsRequest { Objects = { new BatchObject { Uuid = Id(n), Collection = "Large", VectorBytes = vector } } },
            BatchObjectsReply.Parser))).WaitAsync(TimeSpan.FromMinutes(2));

        Assert.All(replies, reply => Assert.Empty(reply.Errors));
    }

    [Fact]
    public async Task Batch_WhenItIsEmpty_IsRefused() =>
        (await Client.TryCallAsync("BatchObjects", new BatchObjectsRequest())).ExpectError("3", "no objects");

    [Fact]
    public async Task BatchDelete_WhenFiltered_DeletesWhatMatches()
    {
        string name = await shared.CreateClassAsync("""{"name":"n","dataType":["int"]}""");
        await ImportAsync([.. Enumerable.Range(1, 9).Select(n => new BatchObject
        {
            Uuid = Id(n),
            Collection = name,
            Properties = new BatchObject.Types.Properties { NonRefProperties = new Struct { Fields = { ["n"] = ProtobufValue.ForNumber(n) } } },
        })]);
        var request = new BatchDeleteRequest
        {
            Collection = name,
            Filters = new Filters { Operator = Filters.Types.Operator.GreaterThan, On = { "n" }, ValueInt = 5 },
            DryRun = true,
            Verbose = true,
        };

        BatchDeleteReply trial = await Client.CallAsync("BatchDelete", request, BatchDeleteReply.Parser);
        request.DryRun = false;
        request.Verbose = false;
        BatchDeleteReply reply = await Client.CallAsync("BatchDelete", request, BatchDeleteReply.Parser);

        Assert.Equal((4, 0, 4), (trial.Matches, trial.Successful, trial.Objects.Count));
        Assert.Equal(Guid.Parse(Id(6)).ToByteArray(bigEndian: true), trial.Objects[0].Uuid.ToByteArray());
        Assert.Equal((4, 4, 0), (reply.Matches, reply.Successful, reply.Objects.Count));
        Assert.Equal(5, await CountAsync(name));
        (await Client.TryCallAsync("BatchDelete", new BatchDeleteRequest { Collection = name })).ExpectError("3", "no filter", name);
    }

    private static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"00000000-0000-0000-0000-{number:D12}");

    private static ByteString Bytes(params ReadOnlySpan<float> vector) => ByteString.CopyFrom(MemoryMarshal.AsBytes(vector));

    private static Vectors Named(string name, params ReadOnlySpan<float> vector) => new() { Name = name, VectorBytes = Bytes(vector) };

    private Task<BatchObjectsReply> ImportAsync(params BatchObject[] objects) =>
        Client.CallAsync("BatchObjects", new BatchObjectsRequest { Objects = { objects } }, BatchObjectsReply.Parser);

    private async Task<long> CountAsync(string name) =>
        (await Client.CallAsync("Aggregate", new AggregateRequest { Collection = name, ObjectsCount = true }, AggregateReply.Parser))
        .SingleResult.ObjectsCount;
}
