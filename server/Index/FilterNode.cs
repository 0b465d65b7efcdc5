namespace Basalt.Server.Index;

/// <summary>A filter, resolved against a class: what to scan and how to combine it.</summary>
internal abstract record FilterNode
{
    private FilterNode()
    {
    }

    /// <summary>Objects that match all of the parts.</summary>
    internal sealed record AllOf(IReadOnlyList<FilterNode> Parts) : FilterNode;

    /// <summary>Objects that match at least one of the parts.</summary>
    internal sealed record AnyOf(IReadOnlyList<FilterNode> Parts) : FilterNode;

    /// <summary>Objects that do not match.</summary>
    internal sealed record Not(FilterNode Part) : FilterNode;

    /// <summary>Objects with an index entry in a range of keys.</summary>
    internal sealed record Range(ReadOnlyMemory<byte> Lower, ReadOnlyMemory<byte>? Upper) : FilterNode;

    /// <summary>Objects with a term that matches a pattern; the range holds all terms with the pattern's fixed beginning.</summary>
    internal sealed record Like(Range Terms, LikePattern Pattern, Schema.PropertyDefinition Property) : FilterNode;

    /// <summary>Objects with a place within a distance in metres; the range holds all places of the latitudes in question.</summary>
    internal sealed record Near(Range Places, GeoPoint Center, double Distance) : FilterNode;

    /// <summary>The object of that id, if there is one.</summary>
    internal sealed record Id(Guid Value) : FilterNode;
}
