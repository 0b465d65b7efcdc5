using System.Collections.Immutable;

namespace Basalt.Server.Cluster.Backups;

/// <summary>The last transaction of an operation: it is carried out together with the record that says how the operation has ended.</summary>
/// <param name="Compares">What has to hold yet.</param>
/// <param name="Puts">What makes everything visible.</param>
internal sealed record Publication(ImmutableArray<ClusterCompare> Compares, ImmutableArray<ClusterPut> Puts)
{
    /// <summary>What is of no use any more.</summary>
    public ImmutableArray<KeyRange> Deletes { get; init; } = [];
}
