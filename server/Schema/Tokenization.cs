namespace Basalt.Server.Schema;

/// <summary>How text becomes the terms of the inverted index.</summary>
internal enum Tokenization
{
    /// <summary>Runs of letters and digits, in lower case.</summary>
    Word,

    /// <summary>Split at white space, in lower case.</summary>
    Lowercase,

    /// <summary>Split at white space.</summary>
    Whitespace,

    /// <summary>The whole value, trimmed.</summary>
    Field,

    /// <summary>Every three neighbouring letters or digits, in lower case.</summary>
    Trigram,
}
