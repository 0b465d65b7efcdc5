using System.Collections.Immutable;

namespace Basalt.Server.Cluster.Backups;

/// <summary>The last transaction of a restore: it is carried out together with the record that says that the restore is done.</summary>
/// <param name="Compares">What has to hold yet.</param>
/// <param name="Puts">What makes everything visible.</param>
internal sealed record Publication(ImmutableArray<ClusterCompare> Compares, ImmutableArray<ClusterPut> Puts);
