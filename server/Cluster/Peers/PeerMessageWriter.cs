using System.Buffers.Binary;
using System.Text;
using Basalt.Server.Index;
using Basalt.Server.Objects;

namespace Basalt.Server.Cluster.Peers;

/// <summary>
/// Writes a message between nodes: <c>version (u8) | fields | CRC-32C of all before (u32)</c>, little-endian; texts and bytes with their
/// length (i32) in front, -1 for none. Not thread-safe.
/// </summary>
internal sealed class PeerMessageWriter : IDisposable
{
    /// <summary>The version of all messages; a node refuses any other.</summary>
    public const byte Version = 2;

    private readonly PooledBuffer _buffer = new();

    public PeerMessageWriter() => _buffer.Append(Version);

    /// <summary>Bytes so far.</summary>
    public int Length => _buffer.Length;

    /// <summary>What was added so far, to be a part of another message.</summary>
    public ReadOnlySpan<byte> Fields => _buffer.Written[1..];

    /// <summary>Adds one byte.</summary>
    public void Byte(byte value) => _buffer.Append(value);

    /// <summary>Adds a truth value.</summary>
    public void Flag(bool value) => _buffer.Append(value ? (byte)1 : (byte)0);

    /// <summary>Adds a number.</summary>
    public void Int32(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.GetSpan(sizeof(int)), value);
        _buffer.Advance(sizeof(int));
    }

    /// <summary>Adds a number.</summary>
    public void Int64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.GetSpan(sizeof(long)), value);
        _buffer.Advance(sizeof(long));
    }

    /// <summary>Adds a number.</summary>
    public void Single(float value) => Int32(BitConverter.SingleToInt32Bits(value));

    /// <summary>Adds an id.</summary>
    public void Id(Guid id)
    {
        IndexKey.WriteId(id, _buffer.GetSpan(IndexKey.IdLength));
        _buffer.Advance(IndexKey.IdLength);
    }

    /// <summary>Adds ids with their number.</summary>
    public void Ids(IReadOnlyCollection<Guid> ids)
    {
        Int32(ids.Count);
        foreach (Guid id in ids)
        {
            Id(id);
        }
    }

    /// <summary>Adds a text, or none.</summary>
    public void Text(string? text)
    {
        if (text is null)
        {
            Int32(-1);
            return;
        }

        int length = Encoding.UTF8.GetByteCount(text);
        Int32(length);
        Encoding.UTF8.GetBytes(text, _buffer.GetSpan(length));
        _buffer.Advance(length);
    }

    /// <summary>Adds bytes with their length.</summary>
    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Int32(bytes.Length);
        _buffer.Append(bytes);
    }

    /// <summary>Adds bytes whose length the reader knows.</summary>
    public void Raw(ReadOnlySpan<byte> bytes) => _buffer.Append(bytes);

    /// <summary>Adds the checksum.</summary>
    /// <returns>The whole message; valid until this is disposed.</returns>
    public ReadOnlyMemory<byte> Complete()
    {
        Int32(unchecked((int)PeerChecksum.Of(_buffer.Written)));
        return _buffer.WrittenMemory;
    }

    /// <inheritdoc/>
    public void Dispose() => _buffer.Dispose();
}
