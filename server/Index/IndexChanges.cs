using System.Buffers.Binary;
using Basalt.Engine;
using Basalt.Server.Objects;

namespace Basalt.Server.Index;

/// <summary>
/// Changes of index entries on their way into a batch, which takes them in key order. Each object touches entries all over the index;
/// in order, every insertion into the memtable finds most of its way in the processor's cache, left there by the one before.
/// A key must not be changed twice. Not thread-safe.
/// </summary>
internal sealed class IndexChanges : IDisposable
{
    private readonly PooledBuffer _keys = new();
    private Change[] _changes = new Change[64];
    private int _count;

    /// <summary>Bytes held.</summary>
    public int ByteCount => _keys.Length;

    /// <summary>Adds an entry to the index.</summary>
    public void Put(ReadOnlySpan<byte> key) => Add(key, isDeletion: false);

    /// <summary>Removes an entry from the index.</summary>
    public void Delete(ReadOnlySpan<byte> key) => Add(key, isDeletion: true);

    /// <summary>Moves all changes into a batch.</summary>
    public void MoveTo(WriteBatch batch, Keyspace index)
    {
        Span<Change> changes = _changes.AsSpan(0, _count);
        changes.Sort(new KeyOrder(_keys));
        foreach (ref readonly Change change in changes)
        {
            ReadOnlySpan<byte> key = _keys.Written.Slice(change.Offset, change.Length);
            if (change.IsDeletion)
            {
                batch.Delete(index, key);
            }
            else
            {
                batch.Put(index, key, []);
            }
        }

        Clear();
    }

    /// <summary>Forgets all changes and keeps the memory.</summary>
    public void Clear()
    {
        _keys.Truncate(0);
        _count = 0;
    }

    /// <inheritdoc/>
    public void Dispose() => _keys.Dispose();

    private void Add(ReadOnlySpan<byte> key, bool isDeletion)
    {
        if (_count == _changes.Length)
        {
            Array.Resize(ref _changes, 2 * _count);
        }

        _changes[_count++] = new Change(BinaryPrimitives.ReadUInt64BigEndian(key), _keys.Length, key.Length, isDeletion);
        _keys.Append(key);
    }

    /// <param name="Prefix">The first bytes of the key, which decide most comparisons; every key has more.</param>
    /// <param name="Offset">Where the key begins.</param>
    /// <param name="Length">Its length.</param>
    /// <param name="IsDeletion">Whether the entry is removed.</param>
    private readonly record struct Change(ulong Prefix, int Offset, int Length, bool IsDeletion);

    private readonly struct KeyOrder(PooledBuffer keys) : IComparer<Change>
    {
        public int Compare(Change x, Change y)
        {
            if (x.Prefix != y.Prefix)
            {
                return x.Prefix < y.Prefix ? -1 : 1;
            }

            ReadOnlySpan<byte> written = keys.Written;
            return written.Slice(x.Offset, x.Length).SequenceCompareTo(written.Slice(y.Offset, y.Length));
        }
    }
}
