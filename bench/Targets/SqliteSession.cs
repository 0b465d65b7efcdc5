using Basalt.Bench.Load;
using SQLitePCL;

namespace Basalt.Bench.Targets;

/// <summary>One thread's use of SQLite.</summary>
internal sealed class SqliteSession : IStoreSession
{
    private readonly sqlite3 _connection;
    private readonly sqlite3_stmt _put;
    private readonly sqlite3_stmt _get;
    private readonly sqlite3_stmt _scan;
    private readonly sqlite3_stmt _begin;
    private readonly sqlite3_stmt _commit;

    public SqliteSession(sqlite3 connection)
    {
        _connection = connection;
        _put = Prepare("INSERT INTO entries (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value");
        _get = Prepare("SELECT value FROM entries WHERE key = ?1");
        _scan = Prepare("SELECT key, value FROM entries WHERE key >= ?1 ORDER BY key");
        _begin = Prepare("BEGIN IMMEDIATE");
        _commit = Prepare("COMMIT");
    }

    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        raw.sqlite3_bind_blob(_put, 1, key);
        raw.sqlite3_bind_blob(_put, 2, value);
        Run(_put);
    }

    public void PutBatch(PreparedKeys keys, long first, int count, ValueSource values)
    {
        Run(_begin);
        for (long i = first; i < first + count; i++)
        {
            Put(keys[i], values.Next());
        }

        Run(_commit);
    }

    public bool Get(ReadOnlySpan<byte> key, Span<byte> destination)
    {
        raw.sqlite3_bind_blob(_get, 1, key);
        bool found = Step(_get);
        if (found)
        {
            raw.sqlite3_column_blob(_get, 0).CopyTo(destination);
        }

        raw.sqlite3_reset(_get);
        return found;
    }

    public int Scan(ReadOnlySpan<byte> from, int count, Span<byte> destination)
    {
        raw.sqlite3_bind_blob(_scan, 1, from);
        int seen = 0;
        while (seen < count && Step(_scan))
        {
            ScanResult.Take(raw.sqlite3_column_blob(_scan, 0), raw.sqlite3_column_blob(_scan, 1), destination);
            seen++;
        }

        raw.sqlite3_reset(_scan);
        return seen;
    }

    public void Dispose()
    {
        foreach (sqlite3_stmt statement in new[] { _put, _get, _scan, _begin, _commit })
        {
            statement.Dispose();
        }

        _connection.Dispose();
    }

    private sqlite3_stmt Prepare(string text) =>
        raw.sqlite3_prepare_v2(_connection, text, out sqlite3_stmt statement) == raw.SQLITE_OK ? statement : throw Failed();

    private void Run(sqlite3_stmt statement)
    {
        Step(statement);
        raw.sqlite3_reset(statement);
    }

    private bool Step(sqlite3_stmt statement)
    {
        int result = raw.sqlite3_step(statement);
        return result == raw.SQLITE_ROW || (result == raw.SQLITE_DONE ? false : throw Failed());
    }

    private InvalidOperationException Failed() => new($"SQLite: {raw.sqlite3_errmsg(_connection).utf8_to_string()}");
}
