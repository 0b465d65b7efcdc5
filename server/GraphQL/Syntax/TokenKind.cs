namespace Basalt.Server.GraphQL.Syntax;

/// <summary>What a token is.</summary>
internal enum TokenKind
{
    /// <summary>The end of the text.</summary>
    End,

    /// <summary>A single punctuator, or <c>...</c>.</summary>
    Punctuator,

    /// <summary>A name, which may be a keyword.</summary>
    Name,

    /// <summary>A whole number.</summary>
    Int,

    /// <summary>A number with a fraction or an exponent.</summary>
    Float,

    /// <summary>A text in quotes.</summary>
    String,
}
