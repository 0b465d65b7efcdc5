using System.Globalization;

namespace Basalt.Server.GraphQL.Syntax;

internal sealed partial class Parser
{
    private QueryValue ParseValue(bool isConstant)
    {
        Count();
        using Nesting nesting = Enter();
        switch (_token.Kind)
        {
            case TokenKind.Int or TokenKind.Float:
                return new QueryValue.Scalar(ScalarKind.Number, Advance().Text);
            case TokenKind.String:
                return new QueryValue.Scalar(ScalarKind.Text, Advance().Text);
            case TokenKind.Name:
                string name = Advance().Text;
                return new QueryValue.Scalar(
                    name switch
                    {
                        "true" => ScalarKind.True,
                        "false" => ScalarKind.False,
                        "null" => ScalarKind.Null,
                        _ => ScalarKind.Enum,
                    },
                    name);
            default:
                return ParseCompound(isConstant);
        }
    }

    private QueryValue ParseCompound(bool isConstant)
    {
        SourceLocation start = _token.Location;
        if (!isConstant && Skip("$"))
        {
            return new QueryValue.Variable(ExpectName(), start);
        }

        if (Skip("["))
        {
            var items = new List<QueryValue>();
            while (!Skip("]"))
            {
                items.Add(ParseValue(isConstant));
            }

            return new QueryValue.Sequence(items);
        }

        if (!IsPunctuator("{"))
        {
            throw Unexpected();
        }

        Advance();
        var fields = new List<KeyValuePair<string, QueryValue>>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (!Skip("}"))
        {
            fields.Add(ParseMember(names, "input field", isConstant));
        }

        return new QueryValue.Map(fields);
    }

    /// <summary>A name and a value, with a colon between.</summary>
    private KeyValuePair<string, QueryValue> ParseMember(HashSet<string> earlier, string kind, bool isConstant)
    {
        SourceLocation start = _token.Location;
        string name = ExpectName();
        Expect(":");
        QueryValue value = ParseValue(isConstant);
        return earlier.Add(name)
            ? new KeyValuePair<string, QueryValue>(name, value)
            : throw new GraphQLException($"There can be only one {kind} named \"{name}\".", start);
    }

    private Token Advance()
    {
        Token token = _token;
        _token = _lexer.Next();
        return token;
    }

    private bool IsPunctuator(string text) => _token.Kind == TokenKind.Punctuator && _token.Text == text;

    private bool Skip(string punctuator)
    {
        bool found = IsPunctuator(punctuator);
        if (found)
        {
            Advance();
        }

        return found;
    }

    private void Expect(string punctuator)
    {
        if (!Skip(punctuator))
        {
            throw GraphQLException.Syntax(_token.Location, $"Expected {punctuator}, found {_token}");
        }
    }

    private string ExpectName() =>
        _token.Kind == TokenKind.Name ? Advance().Text : throw GraphQLException.Syntax(_token.Location, $"Expected Name, found {_token}");

    private void ExpectKeyword(string keyword)
    {
        if (_token.Kind != TokenKind.Name || _token.Text != keyword)
        {
            throw GraphQLException.Syntax(_token.Location, $"Expected \"{keyword}\", found {_token}");
        }

        Advance();
    }

    private GraphQLException Unexpected() => GraphQLException.Syntax(_token.Location, $"Unexpected {_token}");

    private void Count()
    {
        if (++_nodes > MaxNodes)
        {
            throw GraphQLException.Syntax(
                _token.Location, string.Create(CultureInfo.InvariantCulture, $"The query has more than {MaxNodes} fields and values."));
        }
    }

    private Nesting Enter()
    {
        if (++_depth > MaxDepth)
        {
            throw GraphQLException.Syntax(
                _token.Location, string.Create(CultureInfo.InvariantCulture, $"The query is nested more than {MaxDepth} deep."));
        }

        return new Nesting(this);
    }

    /// <summary>One level of selections or values.</summary>
    private readonly struct Nesting(Parser parser) : IDisposable
    {
        public void Dispose() => parser._depth--;
    }
}
