using Basalt.Server.Schema;
using Basalt.Server.Search;

namespace Basalt.Server.GraphQL.Execution;

/// <summary>What an answer shows of an object, checked against its class.</summary>
/// <param name="Fields">In the order of the answer.</param>
internal sealed record ObjectShape(IReadOnlyList<ObjectShape.Field> Fields)
{
    /// <summary>The references that are followed, if that can lead to other nodes; otherwise null.</summary>
    /// <param name="tenant">The tenant that the search is in, if it is in one.</param>
    public ReferenceSelection? FindRemote(string? tenant)
    {
        ReferenceSelection all = ToSelection();
        return all.LeavesNode(tenant) ? all : null;
    }

    private ReferenceSelection ToSelection() => new(
        [.. Fields.OfType<Reference>().Select(static reference => (reference.Name, (IReadOnlyDictionary<string, ReferenceSelection.Step>)reference.Targets.ToDictionary(
            static target => target.Key,
            static target => new ReferenceSelection.Step(target.Value.Target, target.Value.Shape.ToSelection()),
            StringComparer.Ordinal)))]);

    /// <summary>One member.</summary>
    /// <param name="Key">Its name in the answer.</param>
    internal abstract record Field(string Key);

    /// <summary>A property that is a value or a list of them.</summary>
    internal sealed record Property(string Key, string Name) : Field(Key);

    /// <summary>A property that is an object or a list of them.</summary>
    internal sealed record Nested(string Key, string Name, ObjectShape Inside) : Field(Key);

    /// <summary>References to objects, each shown as its class says; others are left out.</summary>
    internal sealed record Reference(string Key, string Name, IReadOnlyDictionary<string, TargetShape> Targets) : Field(Key);

    /// <summary>What is not a property.</summary>
    internal sealed record Additional(string Key, IReadOnlyList<AdditionalField> Inside) : Field(Key);

    /// <summary>How objects of a class are shown that something refers to.</summary>
    internal sealed record TargetShape(StoredClass Target, ObjectShape Shape);
}
