using System.Collections.Immutable;

namespace Basalt.Server.Schema;

/// <summary>A class that a restore of a cluster has brought, with its shards and tenants where they are now.</summary>
/// <param name="Record">What is stored about the class. Its id is the restore's.</param>
/// <param name="Tenants">Its tenants, each with a node: not in the record, which has to fit into one entry of the cluster's store however many there are.</param>
internal sealed record PlacedClass(SchemaRecord Record, ImmutableArray<ShardPlace> Tenants);
