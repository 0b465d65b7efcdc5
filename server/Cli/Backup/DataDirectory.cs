using Basalt.Engine;
using Basalt.Server.Configuration;
using Basalt.Server.Schema;
using Microsoft.Extensions.Logging.Abstractions;

namespace Basalt.Server.Cli.Backup;

/// <summary>The data of a server that does not run: its database and the classes in it.</summary>
internal sealed class DataDirectory : IAsyncDisposable
{
    private DataDirectory(Database database, ClassCatalog catalog)
    {
        Database = database;
        Catalog = catalog;
    }

    /// <summary>The database.</summary>
    public Database Database { get; }

    /// <summary>The classes in it.</summary>
    public ClassCatalog Catalog { get; }

    /// <summary>Opens a data directory as a server would.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="isCreated">Whether it is made if there is none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CommandFailedException">There is no database, or a server holds it.</exception>
    /// <exception cref="DatabaseException">It is damaged, or of a newer format.</exception>
    public static async Task<DataDirectory> OpenAsync(string path, bool isCreated, CancellationToken cancellationToken)
    {
        string directory = Path.GetFullPath(path);
        Database database = await OpenDatabaseAsync(directory, isCreated, cancellationToken);
        try
        {
            var settings = new ServerSettings { DataPath = directory };
            return new DataDirectory(database, await ClassCatalog.LoadAsync(database, settings, NullLogger.Instance, cancellationToken));
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Catalog.Dispose();
        await Database.DisposeAsync();
    }

    private static async Task<Database> OpenDatabaseAsync(string directory, bool isCreated, CancellationToken cancellationToken)
    {
        if (isCreated)
        {
            Directory.CreateDirectory(directory);
        }

        try
        {
            return await Database.OpenAsync(directory, ServerSettings.DefaultDatabase with { CreateIfMissing = isCreated }, cancellationToken);
        }
        catch (DatabaseException missing) when (missing.Error == DatabaseError.InvalidOperation)
        {
            throw CommandFailedException.NotFound(
                $"There is no database in '{directory}'. --data takes the data directory of a server: its PERSISTENCE_DATA_PATH.");
        }
        catch (DatabaseException locked) when (locked.Error == DatabaseError.Locked)
        {
            throw new CommandFailedException(
                $"{locked.Message} A running server makes and restores backups itself: use its REST API, POST /v1/backups/{{backend}} "
                + "and POST /v1/backups/{backend}/{id}/restore, or stop it.",
                locked);
        }
    }
}
