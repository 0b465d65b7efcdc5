namespace Basalt.Server.Api;

/// <summary>The validation codes of Weaviate's web framework, as far as they are used here.</summary>
internal enum ValidationCode
{
    /// <summary>Not of the declared type.</summary>
    InvalidType = 601,

    /// <summary>Missing.</summary>
    Required = 602,

    /// <summary>Does not match the declared pattern.</summary>
    Pattern = 605,

    /// <summary>Not one of the declared words.</summary>
    Enumeration = 606,

    /// <summary>Above the declared maximum.</summary>
    Maximum = 608,

    /// <summary>Below the declared minimum.</summary>
    Minimum = 609,
}
