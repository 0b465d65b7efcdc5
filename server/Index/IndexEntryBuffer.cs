using System.Buffers.Binary;
using Basalt.Server.Objects;

namespace Basalt.Server.Index;

/// <summary>Index keys of any number of objects, one object after the other. Not thread-safe.</summary>
internal sealed class IndexEntryBuffer : IDisposable
{
    private readonly PooledBuffer _bytes = new();
    private readonly byte[] _encodedTerm = new byte[IndexKey.MaxEncodedTermLength];
    private (int Offset, int Length)[] _entries = new (int, int)[64];

    /// <summary>Entries of all objects.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of all entries.</summary>
    public int ByteCount => _bytes.Length;

    /// <summary>The key of an entry.</summary>
    public ReadOnlySpan<byte> this[int index] => _bytes.Written.Slice(_entries[index].Offset, _entries[index].Length);

    /// <summary>Adds an entry for a value that is encoded already.</summary>
    public void Add(ushort property, scoped ReadOnlySpan<byte> value, Guid id)
    {
        int length = IndexKey.PropertyLength + value.Length + IndexKey.IdLength;
        Span<byte> target = _bytes.GetSpan(length);
        BinaryPrimitives.WriteUInt16BigEndian(target, property);
        value.CopyTo(target[IndexKey.PropertyLength..]);
        IndexKey.WriteId(id, target[(IndexKey.PropertyLength + value.Length)..]);
        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, 2 * Count);
        }

        _entries[Count++] = (_bytes.Length, length);
        _bytes.Advance(length);
    }

    /// <summary>Adds an entry for a term.</summary>
    public void AddTerm(ushort property, scoped ReadOnlySpan<byte> term, Guid id)
    {
        int length = IndexKey.WriteTerm(term, _encodedTerm);
        Add(property, _encodedTerm.AsSpan(0, length), id);
    }

    /// <summary>Adds an entry for a whole number, a time for example.</summary>
    public void AddInteger(ushort property, long value, Guid id)
    {
        Span<byte> encoded = stackalloc byte[sizeof(long)];
        IndexKey.WriteInteger(value, encoded);
        Add(property, encoded, id);
    }

    /// <summary>Brings the entries from <paramref name="first"/> on into key order and drops repeated ones.</summary>
    public void SortAndDeduplicate(int first)
    {
        Span<(int Offset, int Length)> entries = _entries.AsSpan(first, Count - first);
        var order = new KeyOrder(_bytes);
        entries.Sort(order);
        int kept = 0;
        for (int i = 0; i < entries.Length; i++)
        {
            if (kept == 0 || order.Compare(entries[i], entries[kept - 1]) != 0)
            {
                entries[kept++] = entries[i];
            }
        }

        Count = first + kept;
    }

    /// <summary>Forgets the entries from <paramref name="count"/> on.</summary>
    public void Truncate(int count)
    {
        Count = count;
        if (count == 0)
        {
            _bytes.Truncate(0);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _bytes.Dispose();

    /// <summary>Orders entries as the engine orders their keys.</summary>
    private readonly struct KeyOrder(PooledBuffer bytes) : IComparer<(int Offset, int Length)>
    {
        public int Compare((int Offset, int Length) x, (int Offset, int Length) y)
        {
            ReadOnlySpan<byte> written = bytes.Written;
            return written.Slice(x.Offset, x.Length).SequenceCompareTo(written.Slice(y.Offset, y.Length));
        }
    }
}
