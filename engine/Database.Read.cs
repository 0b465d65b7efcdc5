using System.Buffers;

namespace Basalt.Engine;

public sealed partial class Database
{
    /// <summary>The value of a key, or null if it is absent.</summary>
    public byte[]? Get(Keyspace keyspace, ReadOnlySpan<byte> key, ReadSnapshot? snapshot = null) => throw new NotImplementedException();

    /// <summary>Copies the value of a key without allocating.</summary>
    /// <param name="keyspace">A live keyspace.</param>
    /// <param name="key">The key.</param>
    /// <param name="destination">Takes as much of the value as fits.</param>
    /// <param name="length">The value's whole length: larger than the destination if it did not fit.</param>
    /// <param name="snapshot">Read as of then; null reads the newest.</param>
    /// <returns>Whether the key is present.</returns>
    public bool TryGet(Keyspace keyspace, ReadOnlySpan<byte> key, Span<byte> destination, out int length, ReadSnapshot? snapshot = null) =>
        throw new NotImplementedException();

    /// <summary>Appends the value of a key to a buffer; false if it is absent.</summary>
    public bool TryGet(Keyspace keyspace, ReadOnlySpan<byte> key, IBufferWriter<byte> destination, ReadSnapshot? snapshot = null) =>
        throw new NotImplementedException();

    /// <summary>Whether a key is present.</summary>
    public bool Contains(Keyspace keyspace, ReadOnlySpan<byte> key, ReadSnapshot? snapshot = null) =>
        TryGet(keyspace, key, [], out _, snapshot);

    /// <summary>As <see cref="Get"/>; reads that may touch the disk leave the calling thread.</summary>
    public ValueTask<byte[]?> GetAsync(
        Keyspace keyspace, ReadOnlyMemory<byte> key, ReadSnapshot? snapshot = null, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>Opens a cursor over a range of keys, as of now or of a snapshot.</summary>
    public DatabaseIterator Scan(Keyspace keyspace, ScanRange range = default, ReadSnapshot? snapshot = null) =>
        throw new NotImplementedException();

    /// <summary>As <see cref="Scan"/>, with copies of keys and values; reads leave the calling thread.</summary>
    public IAsyncEnumerable<KeyValuePair<byte[], byte[]>> ScanAsync(
        Keyspace keyspace, ScanRange range = default, ReadSnapshot? snapshot = null, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>Fixes the present state of all keyspaces for consistent reads.</summary>
    public ReadSnapshot CreateReadSnapshot() => throw new NotImplementedException();
}
