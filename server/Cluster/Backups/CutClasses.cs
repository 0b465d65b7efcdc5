namespace Basalt.Server.Cluster.Backups;

/// <summary>
/// Which definitions of classes a cut holds, in a form that nodes can compare. Each applies a change of the schema at a time of its own, so that cuts at one
/// instant may have a class on one node that is gone, or another of its name, or lacks a property, on the next.
/// </summary>
/// <param name="schema">The classes of this node.</param>
/// <param name="plan">The backup.</param>
internal sealed class CutClasses(ICutSchema schema, OperationPlan plan)
{
    private readonly long _before = schema.DefinitionStamp;
    private volatile string? _otherOwner;

    /// <summary>A node that had shards of the classes and takes no part; known when <see cref="Description"/> is.</summary>
    public string? OtherOwner => _otherOwner;

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
        // First, for tenants come and go all the time.
        _otherOwner = schema.FindOtherOwner(plan.Classes, plan.Participants);
        string description = schema.DescribeDefinitions(plan.Classes);
        return schema.DefinitionStamp == _before ? description : null;
    }
}
