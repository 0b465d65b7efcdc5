using System.Text.Json;
using System.Text.Json.Nodes;
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

    /// <summary>All references in it, in the order in which they are written; not those inside of references.</summary>
    public IReadOnlyList<Refers> References
    {
        get
        {
            List<Refers>? found = null;
            Collect(this, ref found);
            return found ?? (IReadOnlyList<Refers>)[];
        }
    }

    /// <summary>Whether all objects that its references may mean are on this node.</summary>
    /// <param name="tenant">The tenant that the search is in, if it is in one.</param>
    public bool IsAnsweredHere(string? tenant) =>
        References.All(refers => refers.FindScope(tenant) is null or { IsHere: true } && refers.Inside.IsAnsweredHere(tenant));

    /// <summary>The same with what its references may mean.</summary>
    /// <param name="matches">The objects for each of <see cref="References"/>.</param>
    public FilterNode WithMatches(IReadOnlyList<IReadOnlySet<Guid>> matches)
    {
        int next = 0;
        return With(this);

        FilterNode With(FilterNode node) => node switch
        {
            AllOf all => new AllOf([.. all.Parts.Select(With)]),
            AnyOf any => new AnyOf([.. any.Parts.Select(With)]),
            Not not => new Not(With(not.Part)),
            Refers refers => refers with { Matches = matches[next++] },
            _ => node,
        };
    }

    private static void Collect(FilterNode node, ref List<Refers>? found)
    {
        switch (node)
        {
            case AllOf all:
                Collect(all.Parts, ref found);
                break;
            case AnyOf any:
                Collect(any.Parts, ref found);
                break;
            case Not not:
                Collect(not.Part, ref found);
                break;
            case Refers refers:
                (found ??= []).Add(refers);
                break;
            default:
                break;
        }
    }

    private static void Collect(IReadOnlyList<FilterNode> parts, ref List<Refers>? found)
    {
        foreach (FilterNode part in parts)
        {
            Collect(part, ref found);
        }
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
    /// <param name="Comparison">The filter as it is written.</param>
    internal sealed record Refers(string Property, string ClassName, StoredClass Target, FilterNode Inside, JsonElement Comparison) : FilterNode
    {
        /// <summary>The objects of that class that match; null until they are looked for.</summary>
        public IReadOnlySet<Guid>? Matches { get; init; }

        /// <summary>Where the objects of that class are; null if a search cannot see them.</summary>
        /// <param name="tenant">The tenant that the search is in: its objects refer to those of the same tenant, or to classes without.</param>
        public ClassScope? FindScope(string? tenant) => Target.FindScope(Target.Definition.IsMultiTenant ? tenant : null);

        /// <summary><see cref="Inside"/> as a filter on that class is written: the path without its first two parts.</summary>
        public JsonElement WhereInside()
        {
            var where = JsonObject.Create(Comparison)!;
            where["path"] = new JsonArray([.. Comparison.GetProperty("path").EnumerateArray().Skip(2).Select(static part => JsonValue.Create(part.GetString()))]);
            return JsonSerializer.SerializeToElement(where, SchemaJson.Default.JsonObject);
        }
    }

    /// <summary>Objects by the size of a property: the elements of an array, the references, the characters of a text; 0 without a value.</summary>
    internal sealed record Measured(string Property, Func<long, bool> IsMatch) : FilterNode;
}
