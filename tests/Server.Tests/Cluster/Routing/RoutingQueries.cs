using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Basalt.Server.Grpc.Protocol;
using Basalt.Server.Tests.Support;
using Google.Protobuf;

namespace Basalt.Server.Tests.Cluster.Routing;

/// <summary>Asks everything that reads objects, so that the answers of differently sharded classes can be compared.</summary>
internal static partial class RoutingQueries
{
    private static readonly string[] Sortable = ["n", "x", "flag", "day", "name", "key", "_id"];

    private static readonly string[] Filters =
    [
        """{"operator":"GreaterThan","path":["n"],"valueInt":3}""",
        """{"operator":"Equal","path":["name"],"valueText":"red"}""",
        """{"operator":"NotEqual","path":["flag"],"valueBoolean":true}""",
        """{"operator":"IsNull","path":["x"],"valueBoolean":true}""",
        """{"operator":"And","operands":[{"operator":"LessThan","path":["x"],"valueNumber":2.5},{"operator":"Like","path":["name"],"valueText":"*e*"}]}""",
        """{"operator":"GreaterThan","path":["by","Author","age"],"valueInt":2}""",
        """{"operator":"Not","operands":[{"operator":"Equal","path":["by","Author","friend","Author","age"],"valueInt":1}]}""",
        """{"operator":"Equal","path":["by"],"valueInt":1}""",
    ];

    /// <summary>The answers as text, without the times of writes.</summary>
    /// <param name="server">The node that is asked.</param>
    public static async Task<List<string>> AskAsync(TestServer server)
    {
        var answers = new List<string>();
        foreach (string path in Paths())
        {
            ApiResponse response = await server.Client.GetAsync(path);
            answers.Add(Plain($"{path} {response.Status} {response.Text}"));
        }

        answers.Add(await WalkAsync(server));
        foreach (string query in Queries())
        {
            string body = JsonSerializer.Serialize(new Dictionary<string, string> { ["query"] = query });
            string answer = (await server.Client.PostAsync("/v1/graphql", body)).Expect(200).Text;
            Assert.True(CanFail(query) || !answer.Contains("\"errors\"", StringComparison.Ordinal), $"{query} {answer}");
            answers.Add(Plain($"{query} {answer}"));
        }

        foreach (string filter in Filters)
        {
            string body = $$"""{"match":{"class":"Doc","where":{{filter}}},"output":"verbose","dryRun":true}""";
            answers.Add($"dry {filter} {(await server.Client.DeleteAsync("/v1/batch/objects", body)).Expect(200).Text}");
        }

        foreach (SearchRequest request in Searches())
        {
            GrpcResponse response = await server.Grpc.TryCallAsync("Search", request);
            SearchReply reply = response.Message(SearchReply.Parser);
            reply.Took = 0;
            answers.Add($"{request} {reply}");
        }

        AggregateReply count = await server.Grpc.CallAsync("Aggregate", new AggregateRequest { Collection = "Doc", ObjectsCount = true }, AggregateReply.Parser);
        answers.Add($"count {count.SingleResult}");
        return answers;
    }

    private static IEnumerable<string> Paths()
    {
        yield return "/v1/objects?class=Doc&limit=1000&include=vector";
        yield return "/v1/objects?limit=1000";
        yield return "/v1/objects?limit=7&offset=9";
        yield return "/v1/objects?class=Doc&limit=5&offset=3";
        yield return "/v1/objects?class=Doc&limit=5&offset=100000";
        foreach (string property in Sortable)
        {
            yield return $"/v1/objects?class=Doc&limit=9&offset=2&sort={property}&order=asc";
            yield return $"/v1/objects?class=Doc&limit=9&sort={property},n&order=desc,asc";
        }

        for (int i = 0; i < 12; i++)
        {
            yield return $"/v1/objects/Doc/{Id(i)}";
            yield return $"/v1/objects/{Id(i)}";
        }
    }

    private static IEnumerable<string> Queries()
    {
        const string Fields = "{n x name by{... on Author{age friend{... on Author{age}}}} _additional{id distance vector}}";
        yield return $"{{Get{{Doc(limit:6,offset:2){Fields}}}}}";
        yield return $"{{Get{{Doc(limit:6,after:\"{Id(5)}\"){Fields}}}}}";
        yield return $"{{Get{{Doc(limit:8,sort:[{{path:[\"name\"]}},{{path:[\"n\"],order:desc}}]){Fields}}}}}";
        yield return $"{{Get{{Doc(limit:8,offset:1,nearVector:{{vector:[0.4,-0.2]}}){Fields}}}}}";
        yield return $"{{Get{{Doc(nearVector:{{vector:[0.4,-0.2],distance:0.3}}){Fields}}}}}";
        yield return $"{{Get{{Doc(limit:8,nearVector:{{vector:[1,2,3]}}){Fields}}}}}";
        yield return $"{{Get{{Doc(limit:8,nearObject:{{id:\"{Id(3)}\"}}){Fields}}}}}";
        yield return "{Aggregate{Doc{meta{count}}}}";
        foreach (string filter in Filters)
        {
            string where = MemberName().Replace(filter, "$1:").Replace(":\"GreaterThan\"", ":GreaterThan", StringComparison.Ordinal);
            where = OperatorValue().Replace(where, "operator:$1");
            yield return $"{{Get{{Doc(limit:9,where:{where}){Fields}}}Aggregate{{Doc(where:{where}){{meta{{count}}}}}}}}";
            yield return $"{{Get{{Doc(limit:9,where:{where},sort:{{path:[\"x\"],order:desc}}){Fields}}}}}";
        }
    }

    private static IEnumerable<SearchRequest> Searches()
    {
        static SearchRequest All() => new()
        {
            Collection = "Doc",
            Limit = 7,
            Properties = new PropertiesRequest { ReturnAllNonrefProperties = true },
            Metadata = new MetadataRequest { Uuid = true, Distance = true, Certainty = true, Vector = true },
        };

        yield return All();
        SearchRequest sorted = All();
        sorted.SortBy.Add(new SortBy { Ascending = false, Path = { "n" } });
        yield return sorted;
        SearchRequest near = All();
        near.NearVector = new NearVector { VectorBytes = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>([0.1f, 0.9f])) };
        yield return near;
        SearchRequest followed = All();
        followed.Properties.RefProperties.Add(new RefPropertiesRequest
        {
            ReferenceProperty = "by",
            Properties = new PropertiesRequest { ReturnAllNonrefProperties = true },
            Metadata = new MetadataRequest { Uuid = true },
        });
        yield return followed;
    }

    // A vector of another length, and an object that may not be there.
    private static bool CanFail(string query) =>
        query.Contains("[1,2,3]", StringComparison.Ordinal) || query.Contains("nearObject", StringComparison.Ordinal);

    /// <summary>All objects, page by page.</summary>
    private static async Task<string> WalkAsync(TestServer server)
    {
        var ids = new List<string>();
        string after = "";
        while (true)
        {
            JsonElement page = (await server.Client.GetAsync($"/v1/objects?class=Doc&limit=4&after={after}")).Expect(200).Json.GetProperty("objects");
            if (page.GetArrayLength() == 0)
            {
                return string.Join(' ', ids);
            }

            ids.AddRange(page.EnumerateArray().Select(found => found.GetProperty("id").GetString()!));
            after = ids[^1];
        }
    }

    /// <summary>The id of a number.</summary>
    public static string Id(int number) =>
        new Guid(unchecked(number * 0x5bd1e995), (short)number, 0x4000, [0x80, 0, 0, 0, 0, 0, 0, (byte)number]).ToString();

    public static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Plain(string answer) => Times().Replace(answer, "$1:0");

    [GeneratedRegex("""("creationTimeUnix"|"lastUpdateTimeUnix"):\d+""")]
    private static partial Regex Times();

    [GeneratedRegex("""
        "(\w+)":
        """)]
    private static partial Regex MemberName();

    [GeneratedRegex("""
        operator:"(\w+)"
        """)]
    private static partial Regex OperatorValue();
}
