using Basalt.Server.Schema;

namespace Basalt.Server.Search;

/// <summary>Which references a query follows from the objects of a class.</summary>
/// <param name="references">The properties that refer, each with the classes that it is followed to.</param>
internal sealed class ReferenceSelection(IReadOnlyList<(string Property, IReadOnlyDictionary<string, ReferenceSelection.Step> Targets)> references)
{
    /// <summary>The properties that refer, each with the classes that it is followed to.</summary>
    public IReadOnlyList<(string Property, IReadOnlyDictionary<string, Step> Targets)> References { get; } = references;

    /// <summary>Whether objects that it is followed to can be on other nodes.</summary>
    /// <param name="tenant">The tenant that the search is in, if it is in one.</param>
    public bool LeavesNode(string? tenant) => References.Any(reference => reference.Targets.Values.Any(step =>
        step.Target.FindScope(step.Target.Definition.IsMultiTenant ? tenant : null) is { IsHere: false } || step.Inside.LeavesNode(tenant)));

    /// <summary>A class that a reference is followed to.</summary>
    /// <param name="Target">The class.</param>
    /// <param name="Inside">Which references are followed from its objects.</param>
    internal sealed record Step(StoredClass Target, ReferenceSelection Inside);
}
