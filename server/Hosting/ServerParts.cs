using Basalt.Engine;
using Basalt.Server.Cluster.Peers;
using Basalt.Server.Configuration;
using Basalt.Server.Objects;
using Basalt.Server.Schema;
using Basalt.Server.Search;
using Basalt.Server.Shards;

namespace Basalt.Server.Hosting;

/// <summary>What REST, GraphQL and gRPC share: the classes, and what reads and writes their objects.</summary>
internal sealed class ServerParts : IDisposable
{
    private readonly LocalSearcher _local;
    private readonly PeerClient? _client;

    /// <param name="settings">All that the server is told.</param>
    /// <param name="database">The database.</param>
    /// <param name="catalog">The classes in it.</param>
    /// <param name="link">Joins it to other nodes; null for a server alone.</param>
    public ServerParts(ServerSettings settings, Database database, ClassCatalog catalog, PeerLink? link = null)
    {
        Settings = settings;
        Database = database;
        Catalog = catalog;
        Writer = new ObjectWriter(catalog, settings, TimeProvider.System);
        ReferenceRules = new ReferenceRules(catalog);
        _client = link is null ? null : new PeerClient(link.Cluster, link.Credentials, link.Timeouts, link.Clock);
        IShardPeers peers = _client is null ? new AbsentPeers() : _client;
        Router = new ShardRouter(peers);
        ReferenceWriter = new ReferenceWriter(Writer, Router);
        References = new ReferenceImport(catalog, ReferenceRules, ReferenceWriter);
        Admission = new BatchAdmission(settings.MaxConcurrentBatches, TimeProvider.System);
        _local = new LocalSearcher(database);
        Searcher = new ObjectSearcher(database, catalog, settings, _local, peers, Router);
        Deletion = new BatchDeletion(Searcher, Router, settings);
        Peers = link is null ? null : new PeerEndpoints(link.Cluster, link.Credentials, link.Timeouts, catalog, _local, settings);
    }

    /// <summary>All that the server is told.</summary>
    public ServerSettings Settings { get; }

    /// <summary>The database.</summary>
    public Database Database { get; }

    /// <summary>The classes in it.</summary>
    public ClassCatalog Catalog { get; }

    /// <summary>Answers other nodes; null for a server alone.</summary>
    public PeerEndpoints? Peers { get; }

    /// <summary>Reaches objects in their shards.</summary>
    public ShardRouter Router { get; }

    /// <summary>Writes objects.</summary>
    public ObjectWriter Writer { get; }

    /// <summary>Knows which references properties take.</summary>
    public ReferenceRules ReferenceRules { get; }

    /// <summary>Changes the references of an object.</summary>
    public ReferenceWriter ReferenceWriter { get; }

    /// <summary>Adds the references of batches.</summary>
    public ReferenceImport References { get; }

    /// <summary>Lets only so many batches work at a time.</summary>
    public BatchAdmission Admission { get; }

    /// <summary>Deletes objects by filter.</summary>
    public BatchDeletion Deletion { get; }

    /// <summary>Finds objects.</summary>
    public ObjectSearcher Searcher { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Admission.Dispose();
        Peers?.Dispose();
        _client?.Dispose();
        _local.Dispose();
    }
}
