using System.Collections.Immutable;

namespace Basalt.Server.Cluster.Backups;

/// <summary>Knows which definitions of classes a cut of this node holds.</summary>
internal interface ICutSchema
{
    /// <summary>Odd while a stored definition changes, comes or goes; another number after that.</summary>
    long DefinitionStamp { get; }

    /// <summary>What tells the present definitions of classes from others: the same on two nodes if they have the same.</summary>
    string DescribeDefinitions(ImmutableArray<string> classes);

    /// <summary>A node with a shard of the classes that is none of these; null if there is none.</summary>
    string? FindOtherOwner(ImmutableArray<string> classes, IReadOnlyCollection<string> nodes);
}
