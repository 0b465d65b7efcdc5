namespace Basalt.Engine;

/// <summary>
/// An ordered key-value store in one directory: many keyspaces over one log and one memtable chain. Thread-safe. One process at a
/// time; the directory is locked.
/// </summary>
public sealed partial class Database : IAsyncDisposable, IDisposable
{
    /// <summary>The longest key in bytes: 65,535.</summary>
    public const int MaxKeyLength = ushort.MaxValue;

    /// <summary>The most encoded bytes of one batch, and so of one value with its key: 256 MiB.</summary>
    public const int MaxBatchLength = 256 << 20;

    /// <summary>Opens the database in a directory, replays its log and starts background work.</summary>
    /// <exception cref="DatabaseException">Locked, damaged (names file and offset), or of a newer format.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static Database Open(string path, DatabaseOptions? options = null) => throw new NotImplementedException();

    /// <summary>As <see cref="Open"/>, off the calling thread.</summary>
    public static Task<Database> OpenAsync(string path, DatabaseOptions? options = null, CancellationToken cancellationToken = default) =>
        Task.Run(() => Open(path, options), cancellationToken);

    /// <summary>Identity of the database, given at creation.</summary>
    public Guid Id => throw new NotImplementedException();

    /// <summary>The directory.</summary>
    public string Path => throw new NotImplementedException();

    /// <summary>The sequence number of the last visible write.</summary>
    public ulong LastSequence => throw new NotImplementedException();

    /// <summary>Live keyspaces, ordered by name.</summary>
    public IReadOnlyList<Keyspace> Keyspaces => throw new NotImplementedException();

    /// <summary>The live keyspace of that name, or null.</summary>
    public Keyspace? FindKeyspace(string name) => throw new NotImplementedException();

    /// <summary>Creates a keyspace, durably.</summary>
    /// <exception cref="DatabaseException">The name is taken.</exception>
    public Keyspace CreateKeyspace(string name) => CreateKeyspaces([name])[0];

    /// <summary>Creates several keyspaces with one manifest edit: all or none.</summary>
    /// <exception cref="DatabaseException">One of the names is taken.</exception>
    public IReadOnlyList<Keyspace> CreateKeyspaces(IReadOnlyList<string> names) => throw new NotImplementedException();

    /// <summary>The keyspace of that name, created if it is missing.</summary>
    public Keyspace GetOrCreateKeyspace(string name) => throw new NotImplementedException();

    /// <summary>Drops a keyspace with all its data, durably. Leased segments stay until their leases end.</summary>
    public void DropKeyspace(Keyspace keyspace) => DropKeyspaces([keyspace]);

    /// <summary>Drops several keyspaces with one manifest edit: all or none.</summary>
    public void DropKeyspaces(IReadOnlyList<Keyspace> keyspaces) => throw new NotImplementedException();

    /// <summary>Closes cleanly: waits for writes in progress and makes everything logged durable. Idempotent.</summary>
    public void Dispose() => throw new NotImplementedException();

    /// <summary>As <see cref="Dispose"/>, off the calling thread.</summary>
    public ValueTask DisposeAsync() => new(Task.Run(Dispose));
}
