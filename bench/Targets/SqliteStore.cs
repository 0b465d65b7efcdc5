using Basalt.Engine;
using SQLitePCL;

namespace Basalt.Bench.Targets;

/// <summary>SQLite as a target. Each session has a connection of its own.</summary>
internal sealed class SqliteStore : IStore
{
    private readonly string _path;
    private readonly StoreOptions _options;
    private readonly sqlite3 _connection;

    public SqliteStore(string path, StoreOptions options)
    {
        Directory.CreateDirectory(path);
        _path = Path.Combine(path, "store.db");
        _options = options;
        _connection = Connect();
        Execute(_connection, "CREATE TABLE IF NOT EXISTS entries (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID");
    }

    public IStoreSession OpenSession() => new SqliteSession(Connect());

    /// <summary>Moves the log into the database file.</summary>
    public void Flush() => Execute(_connection, "PRAGMA wal_checkpoint(TRUNCATE)");

    public void Compact() => Flush();

    public void Dispose() => _connection.Dispose();

    internal static void Execute(sqlite3 connection, string statement)
    {
        if (raw.sqlite3_exec(connection, statement) != raw.SQLITE_OK)
        {
            throw new InvalidOperationException($"SQLite: {raw.sqlite3_errmsg(connection).utf8_to_string()} in: {statement}");
        }
    }

    private sqlite3 Connect()
    {
        if (raw.sqlite3_open(_path, out sqlite3 connection) != raw.SQLITE_OK)
        {
            throw new InvalidOperationException($"SQLite: cannot open {_path}: {raw.sqlite3_errmsg(connection).utf8_to_string()}");
        }

        Execute(connection, "PRAGMA busy_timeout = 10000");
        Execute(connection, "PRAGMA journal_mode = WAL");
        Execute(connection, $"PRAGMA synchronous = {(_options.Durability == Durability.Sync ? "FULL" : "OFF")}");
        Execute(connection, $"PRAGMA cache_size = -{_options.CacheBytes >> 10}");
        return connection;
    }
}
