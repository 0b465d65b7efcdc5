namespace Basalt.Engine;

public sealed partial class Database
{
    /// <summary>Sets a key. Visible and as durable as asked when the call returns.</summary>
    /// <param name="keyspace">A live keyspace of this database.</param>
    /// <param name="key">0 to <see cref="MaxKeyLength"/> bytes.</param>
    /// <param name="value">Any bytes; with the key at most <see cref="MaxBatchLength"/>.</param>
    /// <param name="durability">Null takes <see cref="DatabaseOptions.Durability"/>.</param>
    /// <exception cref="DatabaseException">Writes are refused after a failed sync, or a limit was passed.</exception>
    public void Put(Keyspace keyspace, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, Durability? durability = null) =>
        throw new NotImplementedException();

    /// <summary>Deletes a key; no error if it is absent.</summary>
    public void Delete(Keyspace keyspace, ReadOnlySpan<byte> key, Durability? durability = null) => throw new NotImplementedException();

    /// <summary>Applies a batch atomically. The batch may be reused afterwards.</summary>
    public void Write(WriteBatch batch, Durability? durability = null) => throw new NotImplementedException();

    /// <summary>As <see cref="Put"/>; does not block a thread while waiting for the disk.</summary>
    public ValueTask PutAsync(
        Keyspace keyspace,
        ReadOnlyMemory<byte> key,
        ReadOnlyMemory<byte> value,
        Durability? durability = null,
        CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>As <see cref="Delete"/>; does not block a thread while waiting for the disk.</summary>
    public ValueTask DeleteAsync(
        Keyspace keyspace, ReadOnlyMemory<byte> key, Durability? durability = null, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>As <see cref="Write"/>; does not block a thread while waiting for the disk.</summary>
    /// <remarks>Cancelling stops the wait only: a write that entered the log stays.</remarks>
    public ValueTask WriteAsync(WriteBatch batch, Durability? durability = null, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();
}
