using System.Globalization;

namespace Basalt.Server.GraphQL.Syntax;

/// <summary>
/// Parses queries, with limits on size and depth, so that no text takes more memory or stack than a sensible query does. Type
/// definitions are no part of it.
/// </summary>
internal sealed partial class Parser
{
    /// <summary>Characters of a query.</summary>
    public const int MaxLength = 8 << 20;

    /// <summary>Fields, values and the like in a query; a vector takes one for each number.</summary>
    public const int MaxNodes = 250_000;

    /// <summary>Selections and values inside each other.</summary>
    public const int MaxDepth = 64;

    private readonly Lexer _lexer;
    private Token _token;
    private int _nodes;
    private int _depth;

    private Parser(string text)
    {
        _lexer = new Lexer(text);
        _token = _lexer.Next();
    }

    /// <summary>Parses a query.</summary>
    /// <exception cref="GraphQLException">It does not follow the grammar, or is beyond the limits.</exception>
    public static QueryDocument Parse(string text) =>
        text.Length <= MaxLength
            ? new Parser(text).ParseDocument()
            : throw new GraphQLException(string.Create(CultureInfo.InvariantCulture, $"The query is longer than {MaxLength} characters."));

    private QueryDocument ParseDocument()
    {
        var operations = new List<QueryOperation>();
        var fragments = new Dictionary<string, QueryFragment>(StringComparer.Ordinal);
        do
        {
            SourceLocation start = _token.Location;
            if (IsPunctuator("{"))
            {
                operations.Add(new QueryOperation(null, [], ParseSelections(), start));
            }
            else if (_token is { Kind: TokenKind.Name, Text: "query" })
            {
                operations.Add(ParseOperation());
            }
            else if (_token is { Kind: TokenKind.Name, Text: "fragment" })
            {
                QueryFragment fragment = ParseFragment();
                if (!fragments.TryAdd(fragment.Name, fragment))
                {
                    throw new GraphQLException($"There can only be one fragment named \"{fragment.Name}\".", start);
                }
            }
            else if (_token is { Kind: TokenKind.Name, Text: "mutation" or "subscription" })
            {
                throw new GraphQLException($"Schema is not configured for {_token.Text}s", start);
            }
            else
            {
                throw Unexpected();
            }
        }
        while (_token.Kind != TokenKind.End);

        return new QueryDocument(operations, fragments);
    }

    private QueryOperation ParseOperation()
    {
        SourceLocation start = Advance().Location;
        string? name = _token.Kind == TokenKind.Name ? Advance().Text : null;
        var variables = new List<QueryVariable>();
        if (Skip("("))
        {
            do
            {
                variables.Add(ParseVariable());
            }
            while (!Skip(")"));
        }

        List<QueryDirective> directives = ParseDirectives();
        return directives.Count == 0
            ? new QueryOperation(name, variables, ParseSelections(), start)
            : throw new GraphQLException($"Directive \"{directives[0].Name}\" may not be used on QUERY.", directives[0].Location);
    }

    private QueryVariable ParseVariable()
    {
        SourceLocation start = _token.Location;
        Expect("$");
        string name = ExpectName();
        Expect(":");
        string type = ParseType();
        return new QueryVariable(name, type, Skip("=") ? ParseValue(isConstant: true) : null, start);
    }

    private string ParseType()
    {
        using Nesting nesting = Enter();
        string type;
        if (Skip("["))
        {
            type = $"[{ParseType()}]";
            Expect("]");
        }
        else
        {
            type = ExpectName();
        }

        return Skip("!") ? $"{type}!" : type;
    }

    private QueryFragment ParseFragment()
    {
        Advance();
        if (_token is { Kind: TokenKind.Name, Text: "on" })
        {
            throw Unexpected();
        }

        string name = ExpectName();
        ExpectKeyword("on");
        string type = ExpectName();
        ParseDirectives();
        return new QueryFragment(name, type, ParseSelections());
    }

    private List<QuerySelection> ParseSelections()
    {
        using Nesting nesting = Enter();
        Expect("{");
        var selections = new List<QuerySelection>();
        do
        {
            selections.Add(ParseSelection());
        }
        while (!Skip("}"));
        return selections;
    }

    private QuerySelection ParseSelection()
    {
        Count();
        SourceLocation start = _token.Location;
        if (!Skip("..."))
        {
            return ParseField(start);
        }

        if (_token.Kind == TokenKind.Name && _token.Text != "on")
        {
            return new QuerySelection.Spread(Advance().Text, ParseDirectives(), start);
        }

        string? type = null;
        if (_token is { Kind: TokenKind.Name, Text: "on" })
        {
            Advance();
            type = ExpectName();
        }

        List<QueryDirective> directives = ParseDirectives();
        return new QuerySelection.Inline(type, ParseSelections(), directives, start);
    }

    private QuerySelection.Field ParseField(SourceLocation start)
    {
        string key = ExpectName();
        string name = Skip(":") ? ExpectName() : key;
        List<KeyValuePair<string, QueryValue>> arguments = ParseArguments();
        List<QueryDirective> directives = ParseDirectives();
        List<QuerySelection> selections = IsPunctuator("{") ? ParseSelections() : [];
        return new QuerySelection.Field(key, name, arguments, selections, directives, start);
    }

    private List<QueryDirective> ParseDirectives()
    {
        var directives = new List<QueryDirective>();
        while (IsPunctuator("@"))
        {
            Count();
            SourceLocation start = Advance().Location;
            directives.Add(new QueryDirective(ExpectName(), ParseArguments(), start));
        }

        return directives;
    }

    private List<KeyValuePair<string, QueryValue>> ParseArguments()
    {
        var arguments = new List<KeyValuePair<string, QueryValue>>();
        if (Skip("("))
        {
            var names = new HashSet<string>(StringComparer.Ordinal);
            do
            {
                arguments.Add(ParseMember(names, "argument", isConstant: false));
            }
            while (!Skip(")"));
        }

        return arguments;
    }
}
