using System.Collections.Frozen;

namespace Basalt.Backup.GarbageCollection;

/// <summary>The objects of all plans in a repository, finished ones included: a plan is a promise about the future.</summary>
/// <param name="keys">The keys in plans that can be read.</param>
/// <param name="unreadablePlan">A plan that cannot be read; it may condemn anything. Null if all can.</param>
internal sealed class CondemnedObjects(FrozenSet<string> keys, string? unreadablePlan)
{
    /// <summary>Whether a collector may remove the object at any time.</summary>
    public bool Contains(string key) => UnreadablePlan is not null || keys.Contains(key);

    public string? UnreadablePlan { get; } = unreadablePlan;
}
