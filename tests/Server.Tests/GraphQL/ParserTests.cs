using System.Globalization;
using Basalt.Server.GraphQL.Syntax;

namespace Basalt.Server.Tests.GraphQL;

public sealed class ParserTests
{
    [Fact]
    public void Query_WhenWrittenAsClientsDo_IsParsed()
    {
        QueryDocument document = Parser.Parse(
            """{Get{Book(limit:3,where:{operator:Equal,path:["title"],valueText:"a \"b\""},nearVector:{vector:[0.1,-2e3]}){title _additional{id}}}}""");

        QuerySelection.Field get = Field(Assert.Single(document.Operation(null).Selections));
        QuerySelection.Field book = Field(Assert.Single(get.Selections));
        Assert.Equal("Get", get.Name);
        Assert.Equal(["limit", "where", "nearVector"], book.Arguments.Select(argument => argument.Key));
        Assert.Equal(new QueryValue.Scalar(ScalarKind.Number, "3"), book.Arguments[0].Value);
        var where = Assert.IsType<QueryValue.Map>(book.Arguments[1].Value);
        Assert.Equal(new QueryValue.Scalar(ScalarKind.Enum, "Equal"), where.Fields[0].Value);
        Assert.Equal(new QueryValue.Scalar(ScalarKind.Text, "a \"b\""), where.Fields[2].Value);
        var vector = Assert.IsType<QueryValue.Sequence>(Assert.IsType<QueryValue.Map>(book.Arguments[2].Value).Fields[0].Value);
        Assert.Equal([new QueryValue.Scalar(ScalarKind.Number, "0.1"), new QueryValue.Scalar(ScalarKind.Number, "-2e3")], vector.Items);
        Assert.Equal(["title", "_additional"], book.Selections.Select(selection => Field(selection).Name));
    }

    [Fact]
    public void Query_WhenItHasVariablesAliasesFragmentsAndDirectives_IsParsed()
    {
        QueryDocument document = Parser.Parse(
            """
            # a comment
            query Find($id: [String!]! , $n: Int = 7) {
              first: Get { ...books @include(if: true) }
            }
            fragment books on GetObjectsObj { Book(limit: $n) { title ... on Other { x } ... { y } } }
            """);

        QueryOperation operation = document.Operation("Find");
        Assert.Equal([("id", "[String!]!", true), ("n", "Int", false)], operation.Variables.Select(v => (v.Name, v.Type, v.IsRequired)));
        QuerySelection.Field first = Field(Assert.Single(operation.Selections));
        Assert.Equal(("first", "Get"), (first.Key, first.Name));
        var spread = Assert.IsType<QuerySelection.Spread>(Assert.Single(first.Selections));
        Assert.Equal("include", Assert.Single(spread.Directives).Name);
        QuerySelection.Field book = Field(Assert.Single(document.Fragments["books"].Selections));
        Assert.IsType<QueryValue.Variable>(book.Arguments[0].Value);
        Assert.Equal(["Other", null], book.Selections.OfType<QuerySelection.Inline>().Select(inline => inline.Type));
        Assert.Equal(new SourceLocation(3, 3), first.Location);
    }

    [Theory]
    [InlineData("", 1, 1, "Unexpected EOF")]
    [InlineData("{", 1, 2, "Expected Name, found EOF")]
    [InlineData("{}", 1, 2, "Expected Name, found }")]
    [InlineData("{a\n  (b 1)}", 2, 6, "Expected :, found Int \"1\"")]
    [InlineData("{a(b:\"c)}", 1, 6, "Unterminated string")]
    [InlineData("{a(b:\"\\x\")}", 1, 6, "escape sequence: \\x")]
    [InlineData("{a(b:\"\\uD800\")}", 1, 6, "surrogate")]
    [InlineData("{a(b:01)}", 1, 6, "unexpected digit after 0")]
    [InlineData("{a(b:1.)}", 1, 6, "expected a digit")]
    [InlineData("{a(b:1x)}", 1, 6, "unexpected \"x\"")]
    [InlineData("{a(b:-)}", 1, 6, "expected a digit")]
    [InlineData("{a ? b}", 1, 4, "Unexpected character \"?\"")]
    [InlineData("{a} }", 1, 5, "Unexpected }")]
    [InlineData("query($a: Int = $b){a}", 1, 17, "Unexpected $")]
    [InlineData("fragment on on X {a}", 1, 10, "Unexpected Name \"on\"")]
    public void Query_WhenItBreaksTheGrammar_IsRefusedWithItsPlace(string query, int line, int column, string problem)
    {
        GraphQLException error = Assert.Throws<GraphQLException>(() => Parser.Parse(query));

        Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"Syntax Error GraphQL request ({line}:{column}) "), error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Equal(new SourceLocation(line, column), error.Location);
    }

    [Theory]
    [InlineData("mutation {a}", "not configured for mutations")]
    [InlineData("{a(b:1,b:2)}", "only one argument named \"b\"")]
    [InlineData("{a(b:{c:1,c:2})}", "only one input field named \"c\"")]
    [InlineData("fragment x on A {a} fragment x on A {a}", "only be one fragment named \"x\"")]
    public void Query_WhenItCannotBeMeant_IsRefused(string query, string problem) =>
        Assert.Contains(problem, Assert.Throws<GraphQLException>(() => Parser.Parse(query)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{a", "}")]
    [InlineData("{x(a:[", "])}")]
    [InlineData("{x(a:{b:", "})}")]
    public void Query_WhenItIsNestedWithoutEnd_IsRefusedAtTheLimit(string open, string close)
    {
        string inner = open.StartsWith("{x(", StringComparison.Ordinal) ? open[5..] : open;
        string query = open + string.Concat(Enumerable.Repeat(inner, 100_000)) + close;

        Assert.Contains("nested more than 64", Assert.Throws<GraphQLException>(() => Parser.Parse(query)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Query_WhenItHasTooManyValues_IsRefused()
    {
        string query = $"{{a(b:[{string.Concat(Enumerable.Repeat("1 ", Parser.MaxNodes))}])}}";

        Assert.Contains("more than 250000", Assert.Throws<GraphQLException>(() => Parser.Parse(query)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Query_WhenItIsTooLong_IsRefused() =>
        Assert.Contains("longer", Assert.Throws<GraphQLException>(() => Parser.Parse(new string(' ', Parser.MaxLength + 1))).Message, StringComparison.Ordinal);

    [Fact]
    public void String_WhenItIsABlock_LosesItsIndentation()
    {
        QueryDocument document = Parser.Parse("{a(b:\"\"\"\n    one\n      two \\\"\"\"\n\n  \"\"\" c:1)}");

        QuerySelection.Field field = Field(document.Operation(null).Selections[0]);
        Assert.Equal(new QueryValue.Scalar(ScalarKind.Text, "one\n  two \"\"\""), field.Arguments[0].Value);
    }

    [Theory]
    [InlineData("{a}", "b", "Unknown operation named \"b\"")]
    [InlineData("query a {x} query b {x}", null, "Must provide operation name")]
    [InlineData("fragment a on B {x}", null, "Must provide an operation")]
    public void Operation_WhenItIsNotClearWhich_IsRefused(string query, string? name, string problem) =>
        Assert.Contains(problem, Assert.Throws<GraphQLException>(() => Parser.Parse(query).Operation(name)).Message, StringComparison.Ordinal);

    private static QuerySelection.Field Field(QuerySelection selection) => Assert.IsType<QuerySelection.Field>(selection);
}
