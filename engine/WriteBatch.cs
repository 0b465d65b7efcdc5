using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Basalt.Engine.Keys;
using Basalt.Engine.Manifest;
using Basalt.Engine.Memtables;

namespace Basalt.Engine;

/// <summary>
/// Writes to any keyspaces of one database that become visible and durable together or not at all. Later operations on a key win.
/// Reusable after <see cref="Clear"/>; not thread-safe.
/// </summary>
/// <remarks>
/// The batch is encoded as it is filled (FORMAT.md, "Batch"): the log takes it with one copy, and replay reads the same bytes.
/// </remarks>
public sealed class WriteBatch
{
    internal const int HeaderLength = sizeof(ulong) + sizeof(uint);
    private const int InitialCapacity = 256;

    /// <summary>Tiny operations take many times their encoded length in a memtable, and an arena has an end.</summary>
    private const long MaxMemtableBytes = 1L << 30;

    private readonly List<Keyspace> _keyspaces = [];
    private byte[] _buffer = new byte[InitialCapacity];
    private int _length = HeaderLength;

    /// <summary>Operations recorded.</summary>
    public int Count { get; private set; }

    /// <summary>Encoded bytes.</summary>
    public int Length => _length;

    /// <summary>Worst-case memtable bytes of all operations.</summary>
    internal long MemtableBytes { get; private set; }

    internal ReadOnlySpan<byte> Encoded => _buffer.AsSpan(0, _length);

    /// <summary>Sets a key.</summary>
    /// <exception cref="ArgumentException">The key is longer than <see cref="Database.MaxKeyLength"/> bytes.</exception>
    /// <exception cref="DatabaseException">The batch would pass <see cref="Database.MaxBatchLength"/>, or the keyspace was dropped.</exception>
    public void Put(Keyspace keyspace, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        Span<byte> target = Begin(ValueKind.Put, keyspace, key, VarInt.MaxLength32 + value.Length);
        int length = VarInt.Write(target, (uint)value.Length);
        value.CopyTo(target[length..]);
        _length += length + value.Length;
        MemtableBytes += Memtable.BytesFor(key.Length, value.Length);
        Count++;
    }

    /// <summary>Deletes a key; no error if it is absent.</summary>
    /// <exception cref="ArgumentException">The key is longer than <see cref="Database.MaxKeyLength"/> bytes.</exception>
    /// <exception cref="DatabaseException">The batch would pass <see cref="Database.MaxBatchLength"/>, or the keyspace was dropped.</exception>
    public void Delete(Keyspace keyspace, ReadOnlySpan<byte> key)
    {
        Begin(ValueKind.Delete, keyspace, key, 0);
        MemtableBytes += Memtable.BytesFor(key.Length, 0);
        Count++;
    }

    /// <summary>Forgets all operations and keeps the memory.</summary>
    public void Clear()
    {
        _keyspaces.Clear();
        _length = HeaderLength;
        MemtableBytes = 0;
        Count = 0;
    }

    /// <summary>Checks that every keyspace is live and of this database.</summary>
    internal void CheckKeyspaces(VersionSet owner)
    {
        foreach (Keyspace keyspace in _keyspaces)
        {
            keyspace.Check(owner);
        }
    }

    /// <exception cref="DatabaseException">The batch takes more memory than one memtable may.</exception>
    internal void CheckMemory()
    {
        if (MemtableBytes > MaxMemtableBytes)
        {
            throw new DatabaseException(
                DatabaseError.LimitExceeded, $"The {Count} operations of the batch take more than {MaxMemtableBytes} bytes of memory; split the batch.");
        }
    }

    /// <summary>Gives the first operation its sequence number; the others follow it. Requires: commit lock held.</summary>
    internal void Stamp(ulong firstSequence)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_buffer, firstSequence);
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.AsSpan(sizeof(ulong)), (uint)Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> Begin(ValueKind kind, Keyspace keyspace, ReadOnlySpan<byte> key, int valueRoom)
    {
        ArgumentNullException.ThrowIfNull(keyspace);
        if (key.Length > Database.MaxKeyLength)
        {
            ThrowKeyTooLong(key.Length);
        }

        Remember(keyspace);
        long needed = (long)_length + 1 + (2 * VarInt.MaxLength32) + key.Length + valueRoom;
        if (needed > _buffer.Length)
        {
            Grow(needed);
        }

        Span<byte> target = _buffer.AsSpan(_length);
        target[0] = (byte)kind;
        int length = 1 + VarInt.Write(target[1..], keyspace.Id);
        length += VarInt.Write(target[length..], (uint)key.Length);
        key.CopyTo(target[length..]);
        length += key.Length;
        _length += length;
        return target[length..];
    }

    private void Remember(Keyspace keyspace)
    {
        if (_keyspaces.Count > 0 && ReferenceEquals(_keyspaces[^1], keyspace))
        {
            return;
        }

        if (keyspace.IsDropped)
        {
            throw new DatabaseException($"The keyspace '{keyspace.Name}' was dropped.");
        }

        if (!_keyspaces.Contains(keyspace))
        {
            _keyspaces.Add(keyspace);
        }
    }

    private void Grow(long needed)
    {
        if (needed > Database.MaxBatchLength)
        {
            throw new DatabaseException(
                DatabaseError.LimitExceeded, $"A batch takes at most {Database.MaxBatchLength} encoded bytes; split the batch or the value.");
        }

        Array.Resize(ref _buffer, (int)Math.Min(Database.MaxBatchLength, Math.Max(needed, 2L * _buffer.Length)));
    }

    private static void ThrowKeyTooLong(int length) => throw new ArgumentException(
        $"A key has at most {Database.MaxKeyLength} bytes; this one has {length}.", nameof(length));
}
