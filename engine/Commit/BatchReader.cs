using System.Buffers.Binary;
using Basalt.Engine.Keys;

namespace Basalt.Engine.Commit;

/// <summary>
/// Walks through the operations of an encoded batch (FORMAT.md, "Batch"), fresh or from the log. Never reads past the end: malformed
/// input ends the walk with <see cref="IsMalformed"/>.
/// </summary>
internal ref struct BatchReader
{
    private ReadOnlySpan<byte> _rest;
    private ulong _nextSequence;
    private uint _left;

    public BatchReader(ReadOnlySpan<byte> batch)
    {
        if (batch.Length < WriteBatch.HeaderLength)
        {
            IsMalformed = true;
            return;
        }

        _nextSequence = BinaryPrimitives.ReadUInt64LittleEndian(batch);
        _left = BinaryPrimitives.ReadUInt32LittleEndian(batch[sizeof(ulong)..]);
        _rest = batch[WriteBatch.HeaderLength..];
    }

    /// <summary>Whether the bytes are no batch; then no further operation is reported.</summary>
    public bool IsMalformed { get; private set; }

    public uint Keyspace { get; private set; }

    public ReadOnlySpan<byte> Key { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Sequence number and kind of the operation.</summary>
    public ulong Trailer { get; private set; }

    public bool MoveNext()
    {
        if (_left == 0)
        {
            IsMalformed |= !_rest.IsEmpty;
            return false;
        }

        if (_rest.IsEmpty || !TryReadOperation((ValueKind)_rest[0]))
        {
            IsMalformed = true;
            _left = 0;
            return false;
        }

        _left--;
        return true;
    }

    private bool TryReadOperation(ValueKind kind)
    {
        ReadOnlySpan<byte> rest = _rest[1..];
        int length = VarInt.TryRead(rest, out uint keyspace);
        if (kind > ValueKind.Put || length == 0 || !TryTake(ref rest, length, out ReadOnlySpan<byte> key))
        {
            return false;
        }

        Value = default;
        if (kind == ValueKind.Put)
        {
            if (!TryTake(ref rest, 0, out ReadOnlySpan<byte> value))
            {
                return false;
            }

            Value = value;
        }

        Keyspace = keyspace;
        Key = key;
        Trailer = InternalKey.Pack(_nextSequence++, kind);
        _rest = rest;
        return true;
    }

    /// <summary>Skips some bytes, then takes a length and as many bytes.</summary>
    private static bool TryTake(scoped ref ReadOnlySpan<byte> rest, int skip, out ReadOnlySpan<byte> taken)
    {
        rest = rest[skip..];
        int length = VarInt.TryRead(rest, out uint size);
        if (length == 0 || size > (uint)(rest.Length - length))
        {
            taken = default;
            return false;
        }

        taken = rest.Slice(length, (int)size);
        rest = rest[(length + (int)size)..];
        return true;
    }
}
