namespace Basalt.Server.GraphQL.Syntax;

/// <summary>What a single value is.</summary>
internal enum ScalarKind
{
    /// <summary>A number, as JSON writes it.</summary>
    Number,

    /// <summary>A text.</summary>
    Text,

    /// <summary>The name of an enum's value.</summary>
    Enum,

    /// <summary>True.</summary>
    True,

    /// <summary>False.</summary>
    False,

    /// <summary>Nothing.</summary>
    Null,
}
