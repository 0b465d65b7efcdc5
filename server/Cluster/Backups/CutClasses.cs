using System.Collections.Immutable;

namespace Basalt.Server.Cluster.Backups;

/// <summary>
/// Which definitions of classes a cut holds, in a form that nodes can compare. Each applies a change of the schema at a time of its own, so that cuts at one
/// instant may have a class on one node that is gone, or another of its name, or lacks a property, on the next.
/// </summary>
/// <param name="schema">The classes of this node.</param>
/// <param name="wanted">Those that the backup is of.</param>
internal sealed class CutClasses(ICutSchema schema, ImmutableArray<string> wanted)
{
    private readonly long _before = schema.DefinitionStamp;

    /// <summary>What was found; null if it is not certain, because a definition changed meanwhile.</summary>
    public Task<string?> Description { get; private set; } = Task.FromResult<string?>(null);

    /// <summary>To be called when the cut is made. Returns at once.</summary>
    public void OnCut()
    {
        if (long.IsEvenInteger(_before) && schema.DefinitionStamp == _before)
        {
            Description = Task.Run(Describe);
        }
    }

    private string? Describe()
    {
        string description = schema.DescribeDefinitions(wanted);
        return schema.DefinitionStamp == _before ? description : null;
    }
}
