using System.Globalization;
using System.Runtime.InteropServices;
using Basalt.Server.Grpc.Protocol;
using Basalt.Server.Tests.Support;
using Google.Protobuf;
using Google.Protobuf.Collections;

namespace Basalt.Server.Tests.Grpc;

public sealed class SearchTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Properties =
        """
        {"name":"title","dataType":["text"]},{"name":"pages","dataType":["int"]},{"name":"price","dataType":["number"]},
        {"name":"sold","dataType":["boolean"]},{"name":"day","dataType":["date"]},{"name":"isbn","dataType":["uuid"]},
        {"name":"place","dataType":["geoCoordinates"]},{"name":"tags","dataType":["text[]"]},{"name":"years","dataType":["int[]"]},
        {"name":"marks","dataType":["number[]"]},{"name":"flags","dataType":["boolean[]"]},{"name":"days","dataType":["date[]"]},
        {"name":"author","dataType":["object"],"nestedProperties":[{"name":"name","dataType":["text"]},{"name":"age","dataType":["int"]}]}
        """;

    private GrpcClient Client => shared.Server.Grpc;

    [Fact]
    public async Task Search_WhenAskedForEverything_ReturnsTypedValuesOfEveryKind()
    {
        string name = await shared.CreateClassAsync(Properties);
        string id = Id(1);
        (await shared.Client.PostAsync("/v1/objects", $$$$$"""
            {"class":"{{{{{name}}}}}","id":"{{{{{id}}}}}","vector":[1,2],"properties":{"title":"Bücher","pages":7,"price":1.5,"sold":true,
            "day":"2026-01-02T03:04:05Z","isbn":"{{{{{Id(9)}}}}}","place":{"latitude":1.5,"longitude":2.5},"tags":["a","b"],"years":[1,-2],
            "marks":[0.5],"flags":[true,false],"days":["2026-01-02T03:04:05Z"],"author":{"name":"Ann","age":3}}}
            """)).Expect(200);

        SearchReply reply = await SearchAsync(new SearchRequest
        {
            Collection = name,
            Metadata = new MetadataRequest { Uuid = true, Vector = true, CreationTimeUnix = true, LastUpdateTimeUnix = true, IsConsistent = true, Distance = true },
        });

        SearchResult result = Assert.Single(reply.Results);
        MetadataResult metadata = result.Metadata;
        Assert.Equal(id, metadata.Id);
        Assert.Equal([1f, 2f], MemoryMarshal.Cast<byte, float>(metadata.VectorBytes.Span).ToArray());
        Assert.True(metadata.CreationTimeUnixPresent && metadata.LastUpdateTimeUnixPresent && metadata.IsConsistent && !metadata.DistancePresent);
        Assert.True(metadata.CreationTimeUnix > 1_600_000_000_000);
        Assert.Equal(name, result.Properties.TargetCollection);
        MapField<string, Value> fields = result.Properties.NonRefProps.Fields;
        Assert.Equal(13, fields.Count);
        Assert.Equal("Bücher", fields["title"].TextValue);
        Assert.Equal(7, fields["pages"].IntValue);
        Assert.Equal(1.5, fields["price"].NumberValue);
        Assert.True(fields["sold"].BoolValue);
        Assert.Equal("2026-01-02T03:04:05Z", fields["day"].DateValue);
        Assert.Equal(Id(9), fields["isbn"].UuidValue);
        Assert.Equal(2.5f, fields["place"].GeoValue.Longitude);
        Assert.Equal(["a", "b"], fields["tags"].ListValue.TextValues.Values);
        Assert.Equal([1L, -2L], MemoryMarshal.Cast<byte, long>(fields["years"].ListValue.IntValues.Values.Span).ToArray());
        Assert.Equal([0.5], MemoryMarshal.Cast<byte, double>(fields["marks"].ListValue.NumberValues.Values.Span).ToArray());
        Assert.Equal([true, false], fields["flags"].ListValue.BoolValues.Values);
        Assert.Equal(["2026-01-02T03:04:05Z"], fields["days"].ListValue.DateValues.Values);
        Assert.Equal(3, fields["author"].ObjectValue.Fields["age"].IntValue);
    }

    [Fact]
    public async Task Search_WhenPropertiesAreNamed_ReturnsOnlyThose()
    {
        string name = await ImportAsync(1);
        var properties = new PropertiesRequest { NonRefProperties = { "title" } };
        properties.ObjectProperties.Add(new ObjectPropertiesRequest { PropName = "author", PrimitiveProperties = { "age" } });

        SearchReply reply = await SearchAsync(new SearchRequest { Collection = name, Properties = properties });

        MapField<string, Value> fields = Assert.Single(reply.Results).Properties.NonRefProps.Fields;
        Assert.Equal(["author", "title"], fields.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["age"], fields["author"].ObjectValue.Fields.Keys);
        Assert.Equal(string.Empty, reply.Results[0].Metadata?.Id ?? string.Empty);
    }

    [Fact]
    public async Task Search_WhenFilteredById_FindsThatObject()
    {
        string name = await ImportAsync(3);

        SearchReply reply = await SearchAsync(Request(name, new Filters
        {
            Operator = Filters.Types.Operator.Equal,
            Target = new FilterTarget { Property = "_id" },
            ValueText = Id(2),
        }));

        Assert.Equal(Id(2), Assert.Single(reply.Results).Metadata.Id);
    }

    [Fact]
    public async Task Search_WhenFiltersAreCombined_FindsWhatMatches()
    {
        string name = await ImportAsync(9);
        var above = new Filters { Operator = Filters.Types.Operator.GreaterThan, On = { "pages" }, ValueInt = 3 };
        var any = new Filters { Operator = Filters.Types.Operator.ContainsAny, Target = new FilterTarget { Property = "title" }, ValueTextArray = new TextArray { Values = { "title2", "title5", "title7" } } };
        var not = new Filters { Operator = Filters.Types.Operator.Not, Filters_ = { new Filters { Operator = Filters.Types.Operator.Equal, On = { "title" }, ValueText = "title7" } } };

        SearchReply reply = await SearchAsync(Request(name, new Filters { Operator = Filters.Types.Operator.And, Filters_ = { above, any, not } }));

        Assert.Equal([Id(5)], reply.Results.Select(result => result.Metadata.Id));
    }

    [Fact]
    public async Task Search_WhenSortedAndPaged_ReturnsThatPage()
    {
        string name = await ImportAsync(9);
        SearchRequest request = Request(name);
        request.SortBy.Add(new SortBy { Path = { "pages" } });
        request.Offset = 2;
        request.Limit = 3;

        SearchReply reply = await SearchAsync(request);

        Assert.Equal([Id(7), Id(6), Id(5)], reply.Results.Select(result => result.Metadata.Id));
    }

    [Fact]
    public async Task Search_WhenFollowedByCursor_ReturnsEveryObjectOnce()
    {
        string name = await ImportAsync(9);
        var found = new List<string>();
        SearchRequest request = Request(name);
        request.Limit = 4;

        SearchReply reply;
        do
        {
            reply = await SearchAsync(request);
            found.AddRange(reply.Results.Select(result => result.Metadata.Id));
            request.After = found[^1];
        }
        while (reply.Results.Count > 0);

        Assert.Equal(Enumerable.Range(1, 9).Select(Id), found);
    }

    [Fact]
    public async Task Search_WhenNearAVector_ReturnsTheNearestWithDistances()
    {
        string name = await ImportAsync(9);
        SearchRequest request = Request(name);
        request.Metadata.Distance = true;
        request.Metadata.Certainty = true;
        request.Limit = 2;
        request.NearVector = new NearVector();
        request.NearVector.Vectors.Add(new Vectors { VectorBytes = Bytes(4f, 1f), Type = Vectors.Types.VectorType.SingleFp32 });

        SearchReply reply = await SearchAsync(request);

        Assert.Equal([Id(4), Id(5)], reply.Results.Select(result => result.Metadata.Id));
        Assert.InRange(reply.Results[0].Metadata.Distance, 0, 1e-6);
        Assert.InRange(reply.Results[0].Metadata.Certainty, 1 - 1e-6, 1);
        Assert.InRange(reply.Results[1].Metadata.Distance, 1e-4, 0.1);
    }

    [Fact]
    public async Task Search_WhenVectorsHaveNames_ComparesWithTheTarget()
    {
        string name = shared.NewClassName();
        (await shared.Client.PostAsync("/v1/schema", $$$$$"""{"class":"{{{{{name}}}}}","vectorConfig":{"a":{"vectorizer":{"none":{}}},"b":{"vectorizer":{"none":{}},"vectorIndexConfig":{"distance":"l2-squared"}}}}""")).Expect(200);
        (await shared.Client.PostAsync("/v1/objects", $$$$$"""{"class":"{{{{{name}}}}}","id":"{{{{{Id(1)}}}}}","vectors":{"a":[1,0],"b":[5,5,5]}}""")).Expect(200);
        (await shared.Client.PostAsync("/v1/objects", $$$$$"""{"class":"{{{{{name}}}}}","id":"{{{{{Id(2)}}}}}","vectors":{"a":[0,1],"b":[1,1,1]}}""")).Expect(200);
        SearchRequest request = Request(name);
        request.Metadata.Distance = true;
        request.Metadata.Vectors.Add("a");
        request.NearVector = new NearVector { Targets = new Targets { TargetVectors = { "b" } } };
        request.NearVector.VectorForTargets.Add(new VectorForTarget { Name = "b", Vectors = { new Vectors { VectorBytes = Bytes(1f, 1f, 1f) } } });

        SearchReply reply = await SearchAsync(request);

        Assert.Equal([(Id(2), 0f), (Id(1), 48f)], reply.Results.Select(result => (result.Metadata.Id, result.Metadata.Distance)));
        Assert.Equal("a", Assert.Single(reply.Results[0].Metadata.Vectors).Name);
    }

    [Fact]
    public async Task Search_WhenReferencesAreAskedFor_ReturnsTheirObjects()
    {
        string author = await ImportAsync(2);
        string book = shared.NewClassName();
        (await shared.Client.PostAsync("/v1/schema", $$$$$"""{"class":"{{{{{book}}}}}","properties":[{"name":"by","dataType":["{{{{{author}}}}}"]}]}""")).Expect(200);
        (await shared.Client.PostAsync("/v1/objects", $$$$$"""{"class":"{{{{{book}}}}}","properties":{"by":[{"beacon":"weaviate://localhost/{{{{{author}}}}}/{{{{{Id(2)}}}}}"},{"beacon":"weaviate://localhost/{{{{{Id(99)}}}}}"}]}}""")).Expect(200);
        SearchRequest request = Request(book);
        request.Properties = new PropertiesRequest();
        request.Properties.RefProperties.Add(new RefPropertiesRequest
        {
            ReferenceProperty = "by",
            Properties = new PropertiesRequest { NonRefProperties = { "title" } },
            Metadata = new MetadataRequest { Uuid = true },
        });

        SearchReply reply = await SearchAsync(request);

        PropertiesResult result = Assert.Single(reply.Results).Properties;
        Assert.True(result.RefPropsRequested);
        PropertiesResult reference = Assert.Single(Assert.Single(result.RefProps).Properties);
        Assert.Equal((Id(2), author, "title2"), (reference.Metadata.Id, reference.TargetCollection, reference.NonRefProps.Fields["title"].TextValue));
    }

    [Fact]
    public async Task Aggregate_WhenCountingWithAndWithoutFilter_Counts()
    {
        string name = await ImportAsync(9);

        Assert.Equal(9, await CountAsync(new AggregateRequest { Collection = name, ObjectsCount = true }));
        Assert.Equal(3, await CountAsync(new AggregateRequest
        {
            Collection = name,
            ObjectsCount = true,
            Filters = new Filters { Operator = Filters.Types.Operator.LessThanEqual, On = { "pages" }, ValueInt = 3 },
        }));
    }

    [Fact]
    public async Task Search_WhenItIsNotServedOrContradictsTheClass_SaysWhy()
    {
        string name = await ImportAsync(1);

        (await TrySearchAsync(new SearchRequest { Collection = "Nowhere" })).ExpectError("3", "Nowhere");
        (await TrySearchAsync(new SearchRequest { Collection = name, Tenant = "t" })).ExpectError("3", name, "multi-tenancy");
        (await TrySearchAsync(new SearchRequest { Collection = name, Bm25Search = ByteString.Empty })).ExpectError("12", "bm25");
        (await TrySearchAsync(new SearchRequest { Collection = name, HybridSearch = ByteString.Empty })).ExpectError("12", "hybrid");
        (await TrySearchAsync(new SearchRequest { Collection = name, Generative = ByteString.Empty })).ExpectError("12", "generative");
        (await TrySearchAsync(new SearchRequest { Collection = name, Offset = 10_000 })).ExpectError("3", "QUERY_MAXIMUM_RESULTS");
        (await TrySearchAsync(new SearchRequest { Collection = name, After = "x" })).ExpectError("3", "'after'", "UUID");
        (await TrySearchAsync(new SearchRequest { Collection = name, Properties = new PropertiesRequest { NonRefProperties = { "nope" } } })).ExpectError("3", "nope");
        (await TrySearchAsync(Request(name, new Filters()))).ExpectError("3", "operator");
        (await TrySearchAsync(Request(name, new Filters { Operator = Filters.Types.Operator.Equal, On = { "nope" }, ValueText = "x" }))).ExpectError("3", "nope");
        (await TrySearchAsync(new SearchRequest { Collection = name, NearVector = new NearVector { VectorBytes = Bytes(1f) } })).ExpectError("3", "vector lengths");
        (await TrySearchAsync(new SearchRequest { Collection = name, SortBy = { new SortBy { Path = { "nope" } } } })).ExpectError("3", "nope");
        (await Client.TryCallAsync("Aggregate", new AggregateRequest { Collection = name, Aggregations = { ByteString.Empty } })).ExpectError("12", "aggregation of properties");
        (await Client.TryCallAsync("Aggregate", new AggregateRequest { Collection = name, GroupBy = ByteString.Empty })).ExpectError("12", "groupBy");
    }

    private static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"00000000-0000-0000-0000-{number:D12}");

    private static ByteString Bytes(params ReadOnlySpan<float> vector) => ByteString.CopyFrom(MemoryMarshal.AsBytes(vector));

    private static SearchRequest Request(string name, Filters? filters = null) =>
        new() { Collection = name, Filters = filters, Metadata = new MetadataRequest { Uuid = true } };

    private Task<SearchReply> SearchAsync(SearchRequest request) => Client.CallAsync("Search", request, SearchReply.Parser);

    private Task<GrpcResponse> TrySearchAsync(SearchRequest request) => Client.TryCallAsync("Search", request);

    private async Task<long> CountAsync(AggregateRequest request) =>
        (await Client.CallAsync("Aggregate", request, AggregateReply.Parser)).SingleResult.ObjectsCount;

    /// <summary>Objects 1 to n with their number in every property, and vectors (n, 1).</summary>
    private async Task<string> ImportAsync(int count)
    {
        string name = await shared.CreateClassAsync(Properties);
        IEnumerable<string> objects = Enumerable.Range(1, count).Select(n => string.Create(
            CultureInfo.InvariantCulture,
            $$$$$"""{"class":"{{{{{name}}}}}","id":"{{{{{Id(n)}}}}}","vector":[{{{{{n}}}}},1],"properties":{"title":"title{{{{{n}}}}}","pages":{{{{{n}}}}},"author":{"name":"A","age":{{{{{n}}}}}}}}"""));
        (await shared.Client.PostAsync("/v1/batch/objects", $$"""{"objects":[{{string.Join(',', objects)}}]}""")).Expect(200);
        return name;
    }
}
