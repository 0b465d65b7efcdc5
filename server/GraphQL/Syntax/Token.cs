namespace Basalt.Server.GraphQL.Syntax;

/// <summary>A token of a query.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text; of a string its value, without quotes and escapes.</param>
/// <param name="Location">Where it begins.</param>
internal readonly record struct Token(TokenKind Kind, string Text, SourceLocation Location)
{
    /// <summary>How messages name it.</summary>
    public override string ToString() => Kind switch
    {
        TokenKind.End => "EOF",
        TokenKind.Punctuator => Text,
        _ => $"{Kind} \"{Text}\"",
    };
}
