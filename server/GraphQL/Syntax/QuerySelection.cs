namespace Basalt.Server.GraphQL.Syntax;

/// <summary>Something that a query selects.</summary>
internal abstract record QuerySelection
{
    private QuerySelection(IReadOnlyList<QueryDirective> directives, SourceLocation location)
    {
        Directives = directives;
        Location = location;
    }

    /// <summary>What says whether it counts.</summary>
    public IReadOnlyList<QueryDirective> Directives { get; }

    /// <summary>Where it stands.</summary>
    public SourceLocation Location { get; }

    /// <summary>A field.</summary>
    internal sealed record Field(
        string Key,
        string Name,
        IReadOnlyList<KeyValuePair<string, QueryValue>> Arguments,
        IReadOnlyList<QuerySelection> Selections,
        IReadOnlyList<QueryDirective> Directives,
        SourceLocation Location) : QuerySelection(Directives, Location);

    /// <summary>All that a named fragment selects.</summary>
    internal sealed record Spread(string Fragment, IReadOnlyList<QueryDirective> Directives, SourceLocation Location)
        : QuerySelection(Directives, Location);

    /// <summary>What applies to objects of one type only; of any if it names none.</summary>
    internal sealed record Inline(
        string? Type, IReadOnlyList<QuerySelection> Selections, IReadOnlyList<QueryDirective> Directives, SourceLocation Location)
        : QuerySelection(Directives, Location);
}
