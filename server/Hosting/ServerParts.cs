using Basalt.Engine;
using Basalt.Server.Configuration;
using Basalt.Server.Objects;
using Basalt.Server.Schema;
using Basalt.Server.Search;

namespace Basalt.Server.Hosting;

/// <summary>What REST, GraphQL and gRPC share: the classes, and what reads and writes their objects.</summary>
internal sealed class ServerParts : IDisposable
{
    public ServerParts(ServerSettings settings, Database database, ClassCatalog catalog)
    {
        Settings = settings;
        Database = database;
        Catalog = catalog;
        Writer = new ObjectWriter(catalog, settings, TimeProvider.System);
        ReferenceRules = new ReferenceRules(catalog);
        ReferenceWriter = new ReferenceWriter(Writer);
        References = new ReferenceImport(catalog, ReferenceRules, ReferenceWriter);
        Admission = new BatchAdmission(settings.MaxConcurrentBatches, TimeProvider.System);
        Deletion = new BatchDeletion(database, catalog, settings);
        Searcher = new ObjectSearcher(database, catalog, settings);
    }

    /// <summary>All that the server is told.</summary>
    public ServerSettings Settings { get; }

    /// <summary>The database.</summary>
    public Database Database { get; }

    /// <summary>The classes in it.</summary>
    public ClassCatalog Catalog { get; }

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
        Searcher.Dispose();
    }
}
