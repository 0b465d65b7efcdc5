using Basalt.Server.Schema;

namespace Basalt.Server.Index;

/// <summary>A filter, resolved against a class: what to scan and how to combine it.</summary>
internal abstract record FilterNode
{
    private FilterNode()
    {
    }

    /// <summary>Whether it names objects by their ids alone, so that nothing has to be scanned.</summary>
    public bool IsLookup => this switch
    {
        Id => true,
        AnyOf any => any.Parts.All(part => part.IsLookup),
        AllOf all => all.Parts.All(part => part.IsLookup),
        _ => false,
    };

    /// <summary>Objects that match all of the parts.</summary>
    internal sealed record AllOf(IReadOnlyList<FilterNode> Parts) : FilterNode;

    /// <summary>Objects that match at least one of the parts.</summary>
    internal sealed record AnyOf(IReadOnlyList<FilterNode> Parts) : FilterNode;

    /// <summary>Objects that do not match.</summary>
    internal sealed record Not(FilterNode Part) : FilterNode;

    /// <summary>Objects with an index entry in a range of keys.</summary>
    internal sealed record Range(ReadOnlyMemory<byte> Lower, ReadOnlyMemory<byte>? Upper) : FilterNode;

    /// <summary>Objects with a term that matches a pattern; the range holds all terms with the pattern's fixed beginning.</summary>
    internal sealed record Like(Range Terms, LikePattern Pattern, PropertyDefinition Property) : FilterNode;

    /// <summary>Objects with a place within a distance in metres; the range holds all places of the latitudes in question.</summary>
    internal sealed record Near(Range Places, GeoPoint Center, double Distance) : FilterNode;

    /// <summary>The object of that id, if there is one.</summary>
    internal sealed record Id(Guid Value) : FilterNode;

    /// <summary>Objects with a reference to one that matches.</summary>
    /// <param name="Property">The property that refers.</param>
    /// <param name="ClassName">The class, as references name it.</param>
    /// <param name="Target">The class.</param>
    /// <param name="Inside">What an object of that class has to match.</param>
    internal sealed record Refers(string Property, string ClassName, StoredClass Target, FilterNode Inside) : FilterNode;

    /// <summary>Objects by the size of a property: the elements of an array, the references, the characters of a text; 0 without a value.</summary>
    internal sealed record Measured(string Property, Func<long, bool> IsMatch) : FilterNode;
}
