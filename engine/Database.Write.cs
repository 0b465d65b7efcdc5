using Basalt.Engine.Wal;

namespace Basalt.Engine;

public sealed partial class Database
{
    /// <summary>The largest scratch batch that a thread keeps for its single writes.</summary>
    private const int ScratchLimit = 1 << 20;

    [ThreadStatic]
    private static WriteBatch? _scratch;

    /// <summary>Sets a key. Visible and as durable as asked when the call returns.</summary>
    /// <param name="keyspace">A live keyspace of this database.</param>
    /// <param name="key">0 to <see cref="MaxKeyLength"/> bytes.</param>
    /// <param name="value">Any bytes; with the key at most <see cref="MaxBatchLength"/>.</param>
    /// <param name="durability">Null takes <see cref="DatabaseOptions.Durability"/>.</param>
    /// <exception cref="DatabaseException">Writes are refused after a failed sync, or a limit was passed.</exception>
    public void Put(Keyspace keyspace, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, Durability? durability = null)
    {
        WriteBatch batch = TakeScratch();
        batch.Put(keyspace, key, value);
        Write(batch, durability);
        ReturnScratch(batch);
    }

    /// <summary>Deletes a key; no error if it is absent.</summary>
    /// <inheritdoc cref="Put" path="/param|/exception"/>
    public void Delete(Keyspace keyspace, ReadOnlySpan<byte> key, Durability? durability = null)
    {
        WriteBatch batch = TakeScratch();
        batch.Delete(keyspace, key);
        Write(batch, durability);
        ReturnScratch(batch);
    }

    /// <summary>Applies a batch atomically. The batch may be reused afterwards.</summary>
    /// <exception cref="DatabaseException">Writes are refused after a failed sync, or a keyspace was dropped or is another database's.</exception>
    public void Write(WriteBatch batch, Durability? durability = null)
    {
        Durability asked = durability ?? _core.Options.Durability;
        LogPosition position = Commit(batch, asked);
        if (asked == Durability.Sync)
        {
            _core.Log.WaitUntilDurable(position);
        }
    }

    /// <summary>As <see cref="Put"/>; does not block a thread while waiting for the disk.</summary>
    public ValueTask PutAsync(
        Keyspace keyspace,
        ReadOnlyMemory<byte> key,
        ReadOnlyMemory<byte> value,
        Durability? durability = null,
        CancellationToken cancellationToken = default)
    {
        WriteBatch batch = TakeScratch();
        batch.Put(keyspace, key.Span, value.Span);
        ValueTask written = WriteAsync(batch, durability, cancellationToken);
        ReturnScratch(batch);
        return written;
    }

    /// <summary>As <see cref="Delete"/>; does not block a thread while waiting for the disk.</summary>
    public ValueTask DeleteAsync(
        Keyspace keyspace, ReadOnlyMemory<byte> key, Durability? durability = null, CancellationToken cancellationToken = default)
    {
        WriteBatch batch = TakeScratch();
        batch.Delete(keyspace, key.Span);
        ValueTask written = WriteAsync(batch, durability, cancellationToken);
        ReturnScratch(batch);
        return written;
    }

    /// <summary>As <see cref="Write"/>; does not block a thread while waiting for the disk. The batch may be reused at once.</summary>
    /// <remarks>Cancelling stops the wait only: a write that entered the log stays.</remarks>
    public ValueTask WriteAsync(WriteBatch batch, Durability? durability = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Durability asked = durability ?? _core.Options.Durability;
        LogPosition position = Commit(batch, asked);
        return asked == Durability.Sync ? _core.Log.WaitUntilDurableAsync(position, cancellationToken) : ValueTask.CompletedTask;
    }

    private LogPosition Commit(WriteBatch batch, Durability durability)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (durability is < Durability.None or > Durability.Sync)
        {
            throw new ArgumentOutOfRangeException(nameof(durability), durability, "Durability takes None, Buffered or Sync.");
        }

        batch.CheckKeyspaces(_core.Versions);
        batch.CheckMemory();
        if (batch.Count == 0)
        {
            _core.Pipeline.ThrowIfUnwritable();
            return default;
        }

        LogPosition position = _core.Pipeline.Commit(batch, durability);
        if (durability == Durability.Buffered)
        {
            _core.Log.HandToSystem(position);
        }

        return position;
    }

    private static WriteBatch TakeScratch()
    {
        WriteBatch batch = _scratch ?? new WriteBatch();
        _scratch = null;
        return batch;
    }

    /// <summary>A write that threw does not come back here: the next one on the thread begins with a new batch.</summary>
    private static void ReturnScratch(WriteBatch batch)
    {
        if (batch.Length <= ScratchLimit)
        {
            // At once, or the thread would keep the keyspaces of a closed database alive.
            batch.Clear();
            _scratch = batch;
        }
    }
}
