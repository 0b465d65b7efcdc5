using System.Buffers;
using System.Runtime.CompilerServices;
using Basalt.Engine.Iteration;
using Basalt.Engine.Segments;

namespace Basalt.Engine;

public sealed partial class Database
{
    /// <summary>Entries that an asynchronous scan fetches with one change of thread.</summary>
    private const int ScanChunkEntries = 256;

    /// <summary>The value of a key, or null if it is absent.</summary>
    public byte[]? Get(Keyspace keyspace, ReadOnlySpan<byte> key, ReadSnapshot? snapshot = null)
    {
        ReadState state = BeginRead(keyspace, snapshot, out ulong sequence);
        PinnedValue value = default;
        try
        {
            return PointRead.TryGet(state, keyspace, key, sequence, _core.Cache, ref value) ? value.Span.ToArray() : null;
        }
        finally
        {
            value.Release();
            state.Release();
        }
    }

    /// <summary>Copies the value of a key without allocating.</summary>
    /// <param name="keyspace">A live keyspace.</param>
    /// <param name="key">The key.</param>
    /// <param name="destination">Takes as much of the value as fits.</param>
    /// <param name="length">The value's whole length: larger than the destination if it did not fit.</param>
    /// <param name="snapshot">Read as of then; null reads the newest.</param>
    /// <returns>Whether the key is present.</returns>
    public bool TryGet(Keyspace keyspace, ReadOnlySpan<byte> key, Span<byte> destination, out int length, ReadSnapshot? snapshot = null)
    {
        ReadState state = BeginRead(keyspace, snapshot, out ulong sequence);
        PinnedValue value = default;
        try
        {
            bool found = PointRead.TryGet(state, keyspace, key, sequence, _core.Cache, ref value);
            length = value.Span.Length;
            value.Span[..Math.Min(length, destination.Length)].CopyTo(destination);
            return found;
        }
        finally
        {
            value.Release();
            state.Release();
        }
    }

    /// <summary>Appends the value of a key to a buffer; false if it is absent.</summary>
    public bool TryGet(Keyspace keyspace, ReadOnlySpan<byte> key, IBufferWriter<byte> destination, ReadSnapshot? snapshot = null)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ReadState state = BeginRead(keyspace, snapshot, out ulong sequence);
        PinnedValue value = default;
        try
        {
            bool found = PointRead.TryGet(state, keyspace, key, sequence, _core.Cache, ref value);
            if (found)
            {
                destination.Write(value.Span);
            }

            return found;
        }
        finally
        {
            value.Release();
            state.Release();
        }
    }

    /// <summary>Whether a key is present.</summary>
    public bool Contains(Keyspace keyspace, ReadOnlySpan<byte> key, ReadSnapshot? snapshot = null) =>
        TryGet(keyspace, key, [], out _, snapshot);

    /// <summary>As <see cref="Get"/>; the read, which may touch the disk, leaves the calling thread.</summary>
    public ValueTask<byte[]?> GetAsync(
        Keyspace keyspace, ReadOnlyMemory<byte> key, ReadSnapshot? snapshot = null, CancellationToken cancellationToken = default) =>
        new(Task.Run(() => Get(keyspace, key.Span, snapshot), cancellationToken));

    /// <summary>Opens a cursor over a range of keys, as of now or of a snapshot.</summary>
    public DatabaseIterator Scan(Keyspace keyspace, ScanRange range = default, ReadSnapshot? snapshot = null)
    {
        ReadState state = BeginRead(keyspace, snapshot, out ulong sequence);
        try
        {
            return new DatabaseIterator(state, keyspace, sequence, range, _core.Cache);
        }
        catch
        {
            state.Release();
            throw;
        }
    }

    /// <summary>As <see cref="Scan"/>, with copies of keys and values; reads leave the calling thread.</summary>
    public async IAsyncEnumerable<KeyValuePair<byte[], byte[]>> ScanAsync(
        Keyspace keyspace,
        ScanRange range = default,
        ReadSnapshot? snapshot = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using DatabaseIterator entries = Scan(keyspace, range, snapshot);
        List<KeyValuePair<byte[], byte[]>> chunk = new(ScanChunkEntries);
        do
        {
            chunk.Clear();
            await Task.Run(() => Fill(entries, chunk), cancellationToken).ConfigureAwait(false);
            foreach (KeyValuePair<byte[], byte[]> entry in chunk)
            {
                yield return entry;
            }
        }
        while (chunk.Count == ScanChunkEntries);
    }

    /// <summary>Fixes the present state of all keyspaces for consistent reads.</summary>
    public ReadSnapshot CreateReadSnapshot()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        return new ReadSnapshot(_core.Snapshots, () => _core.Pipeline.VisibleSequence);
    }

    private static void Fill(DatabaseIterator entries, List<KeyValuePair<byte[], byte[]>> chunk)
    {
        while (chunk.Count < ScanChunkEntries && entries.MoveNext())
        {
            chunk.Add(new(entries.Key.ToArray(), entries.Value.ToArray()));
        }
    }

    /// <summary>
    /// What to read and as of when. The state is taken before the sequence: see <see cref="Commit.CommitPipeline.AcquireReadState"/>.
    /// </summary>
    private ReadState BeginRead(Keyspace keyspace, ReadSnapshot? snapshot, out ulong sequence)
    {
        ArgumentNullException.ThrowIfNull(keyspace);
        keyspace.Check(_core.Versions);
        ulong asOf = snapshot?.Use(_core.Snapshots) ?? ulong.MaxValue;
        ReadState state = _core.Pipeline.AcquireReadState();

        // A keyspace that came to be after the snapshot, by a restore perhaps, may hold older sequence numbers that it must not show.
        sequence = asOf < keyspace.CreatedAt ? 0 : Math.Min(asOf, _core.Pipeline.VisibleSequence);
        return state;
    }
}
