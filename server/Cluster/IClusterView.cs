using Basalt.Server.Api;

namespace Basalt.Server.Cluster;

/// <summary>What a node that takes a request has to know of the cluster to send it on. Thread-safe.</summary>
internal interface IClusterView
{
    /// <summary>The name of this node.</summary>
    string Self { get; }

    /// <summary>Whether this node has lost its membership, and with it the right to read or write objects.</summary>
    bool IsFenced { get; }

    /// <summary>The last revision of the schema that this node has applied.</summary>
    long SchemaRevision { get; }

    /// <summary>Where a node is reached.</summary>
    /// <exception cref="RequestException">It is no member now: 503, naming it.</exception>
    Uri AddressOf(string node);

    /// <summary>Waits until this node has applied a revision of the schema.</summary>
    Task AwaitSchemaAsync(long revision, CancellationToken cancellationToken);
}
