using System.Globalization;
using Basalt.Server.Grpc.Protocol;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Grpc;

/// <summary>Small calls that ask for very much, and searches around references and objects.</summary>
public sealed class SearchBoundsTests(SharedServer shared) : IClassFixture<SharedServer>
{
    [Fact]
    public async Task Search_WhenReferencesMultiply_IsRefusedBeforeItIsLarge()
    {
        string name = await CreateAsync(300);
        SearchRequest request = Request(name);
        request.Properties = new PropertiesRequest();
        PropertiesRequest inside = request.Properties;
        for (int level = 0; level < 6; level++)
        {
            inside = Follow(inside, "a");
        }

        (await shared.Server.Grpc.TryCallAsync("Search", request)).ExpectError("3", "64 MiB of other objects");
    }

    [Fact]
    public async Task Search_WhenTheClassesReferredToMultiply_IsRefusedAtOnce()
    {
        string name = await CreateAsync(1);
        SearchRequest request = Request(name);
        request.Properties = Multiply(11);

        (await shared.Server.Grpc.TryCallAsync("Search", request)).ExpectError("3", "more than 1000 places");

        static PropertiesRequest Multiply(int levels)
        {
            var properties = new PropertiesRequest();
            if (levels > 0)
            {
                properties.RefProperties.Add(new RefPropertiesRequest { ReferenceProperty = "a", Properties = Multiply(levels - 1) });
                properties.RefProperties.Add(new RefPropertiesRequest { ReferenceProperty = "b", Properties = Multiply(levels - 1) });
            }

            return properties;
        }
    }

    [Fact]
    public async Task Search_WhenNearAnObject_ReturnsTheNearestToItsVector()
    {
        string name = await CreateAsync(1);
        SearchRequest request = Request(name);
        request.Limit = 2;
        request.NearObject = new NearObject { Id = Id(2) };

        SearchReply reply = await shared.Server.Grpc.CallAsync("Search", request, SearchReply.Parser);

        Assert.Equal([Id(2), Id(3)], reply.Results.Select(result => result.Metadata.Id));
    }

    [Fact]
    public async Task Search_WhenFilteredThroughAReferenceOrByTheirCount_FindsWhatMatches()
    {
        string name = await CreateAsync(1);
        var through = new Filters
        {
            Operator = Filters.Types.Operator.Equal,
            Target = new FilterTarget { SingleTarget = new FilterReferenceSingleTarget { On = "a", Target = new FilterTarget { Property = "n" } } },
            ValueInt = 1,
        };
        var count = new Filters
        {
            Operator = Filters.Types.Operator.Equal,
            Target = new FilterTarget { Count = new FilterReferenceCount { On = "a" } },
            ValueInt = 0,
        };

        Assert.Equal([Id(1)], await FindAsync(name, through));
        Assert.Equal([Id(2), Id(3)], await FindAsync(name, count));
    }

    private async Task<IEnumerable<string>> FindAsync(string name, Filters filters)
    {
        SearchRequest request = Request(name);
        request.Filters = filters;
        return (await shared.Server.Grpc.CallAsync("Search", request, SearchReply.Parser)).Results.Select(result => result.Metadata.Id);
    }

    private static PropertiesRequest Follow(PropertiesRequest from, string property)
    {
        var inside = new PropertiesRequest();
        from.RefProperties.Add(new RefPropertiesRequest { ReferenceProperty = property, Properties = inside });
        return inside;
    }

    private static SearchRequest Request(string name) => new() { Collection = name, Metadata = new MetadataRequest { Uuid = true } };

    private static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"00000000-0000-0000-0000-{number:D12}");

    /// <summary>Objects 1 to 3; the first refers to itself that many times.</summary>
    private async Task<string> CreateAsync(int count)
    {
        string name = await shared.CreateClassAsync("""{"name":"n","dataType":["int"]}""");
        (await shared.Client.PostAsync($"/v1/schema/{name}/properties", $$"""{"name":"a","dataType":["{{name}}"]}""")).Expect(200);
        (await shared.Client.PostAsync($"/v1/schema/{name}/properties", $$"""{"name":"b","dataType":["{{name}}"]}""")).Expect(200);
        string references = string.Join(',', Enumerable.Repeat($$"""{"beacon":"weaviate://localhost/{{name}}/{{Id(1)}}"}""", count));
        for (int n = 1; n <= 3; n++)
        {
            (await shared.Client.PostAsync("/v1/objects", string.Create(
                CultureInfo.InvariantCulture,
                $$$"""{"class":"{{{name}}}","id":"{{{Id(n)}}}","vector":[{{{n * n}}},1],"properties":{"n":{{{n}}}{{{(n == 1 ? $",\"a\":[{references}]" : string.Empty)}}}}}"""))).Expect(200);
        }

        return name;
    }
}
