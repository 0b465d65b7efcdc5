using System.Globalization;
using System.Text;

namespace Basalt.Server.GraphQL.Syntax;

/// <summary>Splits the text of a query into tokens, one at a time. Blanks, commas and comments separate tokens and mean nothing.</summary>
internal sealed class Lexer(string text)
{
    private const string Punctuators = "!$&()[]{}:=@|";

    private int _position;
    private int _line = 1;
    private int _lineStart;

    private char Current => Peek(0);

    private SourceLocation Here => new(_line, _position - _lineStart + 1);

    /// <summary>The next token.</summary>
    /// <exception cref="GraphQLException">The text is no token.</exception>
    public Token Next()
    {
        SkipIgnored();
        SourceLocation start = Here;
        if (_position == text.Length)
        {
            return new Token(TokenKind.End, string.Empty, start);
        }

        char c = Current;
        if (char.IsAsciiLetter(c) || c == '_')
        {
            return new Token(TokenKind.Name, Take(static next => char.IsAsciiLetterOrDigit(next) || next == '_'), start);
        }

        if (char.IsAsciiDigit(c) || c == '-')
        {
            return ReadNumber(start);
        }

        if (c == '"')
        {
            return new Token(TokenKind.String, Peek(1) == '"' && Peek(2) == '"' ? ReadBlockString(start) : ReadString(start), start);
        }

        if (Punctuators.Contains(c, StringComparison.Ordinal))
        {
            _position++;
            return new Token(TokenKind.Punctuator, c.ToString(), start);
        }

        if (c == '.' && Peek(1) == '.' && Peek(2) == '.')
        {
            _position += 3;
            return new Token(TokenKind.Punctuator, "...", start);
        }

        throw GraphQLException.Syntax(start, $"Unexpected character {Describe(c)}.");
    }

    private char Peek(int offset) => _position + offset < text.Length ? text[_position + offset] : '\0';

    private string Take(Func<char, bool> accepts)
    {
        int start = _position;
        while (_position < text.Length && accepts(text[_position]))
        {
            _position++;
        }

        return text[start.._position];
    }

    private void SkipIgnored()
    {
        while (_position < text.Length)
        {
            char c = text[_position];
            if (c == '#')
            {
                Take(static next => next is not ('\n' or '\r'));
                continue;
            }

            if (c is not (' ' or '\t' or '\n' or '\r' or ',' or '\uFEFF'))
            {
                return;
            }

            Advance();
        }
    }

    // Over one character that may end a line.
    private void Advance()
    {
        char c = text[_position++];
        if (c == '\n' || (c == '\r' && Current != '\n'))
        {
            _line++;
            _lineStart = _position;
        }
    }

    private Token ReadNumber(SourceLocation start)
    {
        int first = _position;
        _position += Current == '-' ? 1 : 0;
        string digits = Take(char.IsAsciiDigit);
        if (digits.Length == 0 || (digits.Length > 1 && digits[0] == '0'))
        {
            throw GraphQLException.Syntax(start, $"Invalid number, {(digits.Length == 0 ? "expected a digit" : "unexpected digit after 0")}.");
        }

        bool isFloat = false;
        if (Current == '.')
        {
            isFloat = true;
            _position++;
            RequireDigits(start);
        }

        if (Current is 'e' or 'E')
        {
            isFloat = true;
            _position++;
            _position += Current is '+' or '-' ? 1 : 0;
            RequireDigits(start);
        }

        return char.IsAsciiLetter(Current) || Current is '_' or '.'
            ? throw GraphQLException.Syntax(start, $"Invalid number, unexpected {Describe(Current)} after it.")
            : new Token(isFloat ? TokenKind.Float : TokenKind.Int, text[first.._position], start);
    }

    private void RequireDigits(SourceLocation start)
    {
        if (Take(char.IsAsciiDigit).Length == 0)
        {
            throw GraphQLException.Syntax(start, "Invalid number, expected a digit.");
        }
    }

    private string ReadString(SourceLocation start)
    {
        _position++;
        var value = new StringBuilder();
        while (true)
        {
            char c = Current;
            if (_position >= text.Length || c is '\n' or '\r')
            {
                throw GraphQLException.Syntax(start, "Unterminated string.");
            }

            _position++;
            switch (c)
            {
                case '"':
                    return Checked(value.ToString(), start);
                case '\\':
                    value.Append(ReadEscape(start));
                    break;
                default:
                    value.Append(c);
                    break;
            }
        }
    }

    private char ReadEscape(SourceLocation start)
    {
        char c = Current;
        _position++;
        switch (c)
        {
            case '"' or '\\' or '/':
                return c;
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'u' when _position + 4 <= text.Length
                && ushort.TryParse(text.AsSpan(_position, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort code):
                _position += 4;
                return (char)code;
            default:
                throw GraphQLException.Syntax(start, $"Invalid character escape sequence: \\{c}.");
        }
    }

    /// <summary>Everything between the triple quotes, without the indentation that its lines share.</summary>
    private string ReadBlockString(SourceLocation start)
    {
        _position += 3;
        var value = new StringBuilder();
        while (!(Current == '"' && Peek(1) == '"' && Peek(2) == '"'))
        {
            if (_position >= text.Length)
            {
                throw GraphQLException.Syntax(start, "Unterminated string.");
            }

            if (Current == '\\' && Peek(1) == '"' && Peek(2) == '"' && Peek(3) == '"')
            {
                _position += 4;
                value.Append("\"\"\"");
                continue;
            }

            value.Append(Current);
            Advance();
        }

        _position += 3;
        return Checked(BlockString.Dedent(value.ToString()), start);
    }

    // Texts go into JSON and the index, which know no halves of surrogate pairs.
    private static string Checked(string value, SourceLocation start)
    {
        for (int i = 0; i < value.Length; i++)
        {
            if (char.IsSurrogate(value[i]) && !(i + 1 < value.Length && char.IsSurrogatePair(value[i], value[++i])))
            {
                throw GraphQLException.Syntax(start, "Invalid string, it holds a surrogate without its other half.");
            }
        }

        return value;
    }

    private static string Describe(char c) =>
        c is > ' ' and <= '~' ? $"\"{c}\"" : string.Create(CultureInfo.InvariantCulture, $"\"\\u{(int)c:X4}\"");
}
