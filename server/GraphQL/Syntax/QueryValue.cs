namespace Basalt.Server.GraphQL.Syntax;

/// <summary>The value of an argument, as the query writes it.</summary>
internal abstract record QueryValue
{
    private QueryValue()
    {
    }

    /// <summary>A number, a text, true, false, null or the name of an enum's value.</summary>
    internal sealed record Scalar(ScalarKind Kind, string Text) : QueryValue;

    /// <summary>A variable of the request.</summary>
    internal sealed record Variable(string Name, SourceLocation Location) : QueryValue;

    /// <summary>A list.</summary>
    internal sealed record Sequence(IReadOnlyList<QueryValue> Items) : QueryValue;

    /// <summary>An object.</summary>
    internal sealed record Map(IReadOnlyList<KeyValuePair<string, QueryValue>> Fields) : QueryValue;
}
