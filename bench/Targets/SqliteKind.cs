using SQLitePCL;

namespace Basalt.Bench.Targets;

/// <summary>SQLite in WAL mode, called through its C interface with prepared statements.</summary>
internal sealed class SqliteKind : IStoreKind
{
    static SqliteKind() => Batteries_V2.Init();

    public string Name => "SQLite";

    public string Version => raw.sqlite3_libversion().utf8_to_string();

    public IReadOnlyList<string> Settings { get; } =
    [
        "WAL, one table of (key BLOB PRIMARY KEY, value BLOB) WITHOUT ROWID, pages of 4 KiB, no compression", "page cache 256 MiB unless the workload says otherwise",
        "log: Buffered is synchronous=OFF, Sync is synchronous=FULL; every put is a transaction",
    ];

    public IStore Open(string path, StoreOptions options) => new SqliteStore(path, options);
}
