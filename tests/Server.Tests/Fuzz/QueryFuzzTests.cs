using Basalt.Server.GraphQL.Syntax;
using Basalt.Tests.Support;

namespace Basalt.Server.Tests.Fuzz;

/// <summary>Mutated GraphQL, without a server around it.</summary>
public sealed class QueryFuzzTests
{
    private const long MaxAllocated = 64 << 20;

    /// <summary>What clients ask.</summary>
    public static readonly string[] Queries =
    [
        """{Get{Book(limit:3,where:{operator:Equal,path:["title"],valueText:"a \"b\""},nearVector:{vector:[0.1,-2e3]}){title _additional{id}}}}""",
        """query Find($id: [String!]! , $n: Int = 7) { first: Get { ...books @include(if: true) } } fragment books on GetObjectsObj { Book(limit: $n) { title ... on Other { x } ... { y } } }""",
        "{Aggregate{Book(where:{operator:GreaterThan,path:[\"pages\"],valueInt:3}){meta{count}}}}",
        "{Get{Book(sort:[{path:[\"title\"],order:asc}],offset:1,limit:2){title by{... on Author{name _additional{id}}} _additional{vector distance creationTimeUnix}}}}",
        "{Get{Book(nearObject:{id:\"00000000-0000-0000-0000-000000000001\",distance:0.5},after:\"\"){title}}}",
        "{Get{Book(where:{operator:And,operands:[{operator:Like,path:[\"title\"],valueText:\"b*\"},{operator:Not,operands:[{operator:IsNull,path:[\"pages\"],valueBoolean:true}]}]}){title pages}}}",
        "{Get{Book(where:{operator:WithinGeoRange,path:[\"place\"],valueGeoRange:{geoCoordinates:{latitude:1.5,longitude:2.5},distance:{max:1000}}}){title}}}",
        "\"\"\"block \\\"\"\" string\"\"\" { a(b: \"\"\"\n  x\n    y\n\"\"\") }",
    ];

    [Fact]
    public void Query_WhenMutated_IsParsedOrRefused()
    {
        for (int i = 0; i < Queries.Length; i++)
        {
            var mutator = new TextMutator(200 + i);
            string query = Queries[i];
            FuzzLoop.Run(
                200 + i, ByteMutator.Rounds / 2, () => System.Text.Encoding.UTF8.GetBytes(mutator.Mutate(query)), Parse, MaxAllocated);
        }
    }

    private static void Parse(byte[] input)
    {
        try
        {
            Parser.Parse(System.Text.Encoding.UTF8.GetString(input));
        }
        catch (GraphQLException)
        {
            // What it is for.
        }
    }
}
