using Basalt.Server.Api;

namespace Basalt.Server.Schema;

/// <summary>Where the nodes of a cluster agree in the order of changes of the schema. A node alone needs none.</summary>
internal interface ISchemaLog
{
    /// <summary>The version of the schema that the catalog of this node shows. Read it together with the catalog.</summary>
    long Version { get; }

    /// <summary>The nodes that new classes are spread over, in the order of their names; this one at least.</summary>
    IReadOnlyList<string> Nodes { get; }

    /// <summary>Waits until all nodes that serve have the newest schema that there is now.</summary>
    /// <exception cref="RequestException">503: a node neither confirms it nor goes, or the store cannot be reached.</exception>
    Task ConfirmAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Makes a change the next one after a version. When it returns true the change shows in the catalogs of all nodes that serve.
    /// </summary>
    /// <param name="change">What changes.</param>
    /// <param name="version">The version that it was worked out from.</param>
    /// <param name="cancellationToken">Gives up; the change may be made all the same.</param>
    /// <returns>False if another change came first, which this node's catalog now shows: work the change out again.</returns>
    Task<bool> TryCommitAsync(SchemaChange change, long version, CancellationToken cancellationToken);
}
