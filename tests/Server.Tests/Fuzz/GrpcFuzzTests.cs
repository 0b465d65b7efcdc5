using Basalt.Server.Grpc.Protocol;
using Basalt.Server.Tests.Support;
using Basalt.Tests.Support;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using ProtobufValue = Google.Protobuf.WellKnownTypes.Value;

namespace Basalt.Server.Tests.Fuzz;

/// <summary>Mutated messages and frames of gRPC to a whole server: each is answered by a status that blames the call.</summary>
public sealed class GrpcFuzzTests : IAsyncLifetime
{
    private const string Service = "/weaviate.v1.Weaviate/";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly int Rounds = Math.Max(1, ByteMutator.Rounds / 20);

    private TestServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(settings => settings with { MaximumCollections = 200 });
        (await _server.Client.PostAsync("/v1/schema", HostileRequests.Definition)).Expect(200);
        (await _server.Client.PostAsync("/v1/schema", """{"class":"Divided","multiTenancyConfig":{"enabled":true}}""")).Expect(200);
        (await _server.Client.PostAsync("/v1/schema/Divided/tenants", """[{"name":"a"},{"name":"b"}]""")).Expect(200);
        (await _server.Client.PostAsync("/v1/objects", """{"class":"Book","vector":[0.5,1],"properties":{"title":"a","pages":7}}""")).Expect(200);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public Task Search_WhenMutated_IsAnswered() => FuzzAsync(600, "Search", new SearchRequest
    {
        Collection = "Book",
        Limit = 3,
        Offset = 1,
        Properties = new PropertiesRequest { NonRefProperties = { "title", "pages" } },
        Metadata = new MetadataRequest { Uuid = true, Vector = true, Distance = true },
        SortBy = { new SortBy { Ascending = true, Path = { "title" } } },
        Filters = Filter(),
        NearVector = new NearVector { VectorBytes = ByteString.CopyFrom(new byte[8]) },
    });

    [Fact]
    public Task Aggregate_WhenMutated_IsAnswered() =>
        FuzzAsync(601, "Aggregate", new AggregateRequest { Collection = "Book", ObjectsCount = true, Filters = Filter() });

    [Fact]
    public Task BatchObjects_WhenMutated_IsAnswered()
    {
        var properties = new BatchObject.Types.Properties { NonRefProperties = new Struct() };
        properties.NonRefProperties.Fields["title"] = ProtobufValue.ForString("x");
        properties.NonRefProperties.Fields["pages"] = ProtobufValue.ForNumber(7);
        properties.IntArrayProperties.Add(new IntArrayProperties { PropName = "years", Values = { 1, -2 } });
        return FuzzAsync(602, "BatchObjects", new BatchObjectsRequest
        {
            Objects = { new BatchObject { Uuid = HostileRequests.Id, Collection = "Book", Properties = properties, VectorBytes = ByteString.CopyFrom(new byte[8]) } },
        });
    }

    [Fact]
    public Task BatchDelete_WhenMutated_IsAnswered() =>
        FuzzAsync(603, "BatchDelete", new BatchDeleteRequest { Collection = "Book", DryRun = true, Verbose = true, Filters = Filter() });

    [Fact]
    public Task BatchReferences_WhenMutated_IsAnswered() => FuzzAsync(605, "BatchReferences", new BatchReferencesRequest
    {
        References = { new BatchReference { Name = "by", FromCollection = "Book", FromUuid = HostileRequests.Id, ToCollection = "Book", ToUuid = HostileRequests.Id } },
    });

    [Fact]
    public Task TenantsGet_WhenMutated_IsAnswered() => FuzzAsync(604, "TenantsGet", new TenantsGetRequest { Collection = "Divided" });

    private static Filters Filter() => new()
    {
        Operator = Filters.Types.Operator.And,
        Filters_ =
        {
            new Filters { Operator = Filters.Types.Operator.Equal, Target = new FilterTarget { Property = "title" }, ValueText = "a" },
            new Filters { Operator = Filters.Types.Operator.GreaterThan, Target = new FilterTarget { Property = "pages" }, ValueInt = 1 },
        },
    };

    private async Task FuzzAsync(int seed, string method, IMessage request)
    {
        byte[] message = request.ToByteArray();
        byte[] good = GrpcClient.Frame(message);
        Assert.Equal("0", (await _server.Grpc.CallAsync(Service + method, good)).Status ?? "0");
        var mutator = new ByteMutator(seed);
        for (int round = 0; round < Rounds; round++)
        {
            byte[] input = round % 8 == 0 ? mutator.Mutate(good) : GrpcClient.Frame(mutator.Mutate(message));
            GrpcResponse answer = await _server.Grpc.CallAsync(Service + method, input).WaitAsync(Patience);

            // 2 is a fault of the server, and so would be a call without a status.
            Assert.True(
                answer.Status is "0" or "3" or "8" or "12", $"{method}, {FuzzLoop.Describe(seed, round, input)}: {answer.Status} {answer.Detail}");
        }

        (await _server.Client.GetAsync("/v1/objects?class=Book")).Expect(200);
    }
}
