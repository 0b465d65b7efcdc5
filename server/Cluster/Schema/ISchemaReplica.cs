using Basalt.Server.Schema;

namespace Basalt.Server.Cluster.Schema;

/// <summary>What a node has of the schema: its catalog and its keyspaces. Called by one at a time.</summary>
internal interface ISchemaReplica
{
    /// <summary>Called before the replica is told anything.</summary>
    /// <param name="membership">What the cluster knows this node by. If the replica never caught up under it, nothing of it can have been deleted in this cluster.</param>
    void Enter(string membership);

    /// <summary>Applies a change that follows on all that was applied.</summary>
    /// <param name="change">What changes.</param>
    /// <param name="version">The version that it makes.</param>
    Task ApplyAsync(SchemaChange change, SchemaVersion version);

    /// <summary>The name of the last change that is applied here; null if none is known.</summary>
    string? LastChange { get; }

    /// <summary>Makes the replica equal to the whole schema: what is missing comes, what is not in it goes.</summary>
    /// <param name="entries">All entries of all classes.</param>
    /// <param name="version">Their version.</param>
    /// <param name="hasLastChange">Whether the store knows <see cref="LastChange"/>. If it does not, its history is another: then nothing is taken away here.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ClusterException">This node has seen a later version of the schema, or one of another history.</exception>
    Task ReplaceAsync(IReadOnlyCollection<SchemaEntry> entries, SchemaVersion version, bool hasLastChange, CancellationToken cancellationToken);

    /// <summary>Told why changes wait to be applied.</summary>
    void Lags(Exception reason);
}
