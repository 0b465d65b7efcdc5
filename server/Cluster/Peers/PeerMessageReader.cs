using System.Buffers.Binary;
using System.Text;
using Basalt.Server.Index;

namespace Basalt.Server.Cluster.Peers;

/// <summary>Reads what <see cref="PeerMessageWriter"/> wrote. Every read checks that it stays inside of the message. Not thread-safe.</summary>
internal sealed class PeerMessageReader
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlyMemory<byte> _fields;
    private int _position;

    /// <param name="message">The whole message.</param>
    /// <exception cref="PeerMessageException">It is damaged, or of another version.</exception>
    public PeerMessageReader(ReadOnlyMemory<byte> message)
    {
        if (message.Length < 1 + sizeof(uint))
        {
            throw new PeerMessageException($"a message of {message.Length} bytes is too short");
        }

        if (message.Span[0] != PeerMessageWriter.Version)
        {
            throw new PeerMessageException($"the message has version {message.Span[0]}, this node speaks {PeerMessageWriter.Version}: run one version on all nodes");
        }

        if (PeerChecksum.Of(message.Span[..^sizeof(uint)]) != BinaryPrimitives.ReadUInt32LittleEndian(message.Span[^sizeof(uint)..]))
        {
            throw new PeerMessageException("the checksum of the message is wrong");
        }

        _fields = message[1..^sizeof(uint)];
    }

    /// <summary>Bytes that are left.</summary>
    public int Left => _fields.Length - _position;

    /// <summary>Reads one byte.</summary>
    /// <exception cref="PeerMessageException">The message is malformed; so for all others.</exception>
    public byte Byte() => Raw(1).Span[0];

    /// <summary>Reads a truth value.</summary>
    public bool Flag() => Byte() switch
    {
        0 => false,
        1 => true,
        _ => throw new PeerMessageException("a truth value is neither 0 nor 1"),
    };

    /// <summary>Reads a number.</summary>
    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Raw(sizeof(int)).Span);

    /// <summary>Reads a number.</summary>
    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Raw(sizeof(long)).Span);

    /// <summary>Reads a number.</summary>
    public float Single() => BitConverter.Int32BitsToSingle(Int32());

    /// <summary>Reads an id.</summary>
    public Guid Id() => IndexKey.ReadId(Raw(IndexKey.IdLength).Span);

    /// <summary>Reads ids with their number.</summary>
    public Guid[] Ids()
    {
        Guid[] ids = new Guid[Count(IndexKey.IdLength)];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = Id();
        }

        return ids;
    }

    /// <summary>Reads a number of things that follow.</summary>
    /// <param name="size">The fewest bytes that each takes: a message cannot announce more than it has.</param>
    public int Count(int size)
    {
        int count = Int32();
        return count >= 0 && count <= Left / size
            ? count
            : throw new PeerMessageException($"the message announces {count} things where {Left} bytes are left");
    }

    /// <summary>Reads a text, or none.</summary>
    public string? Text()
    {
        int length = Int32();
        try
        {
            return length == -1 ? null : Utf8.GetString(Raw(length).Span);
        }
        catch (DecoderFallbackException exception)
        {
            throw new PeerMessageException("a text of the message is not valid UTF-8", exception);
        }
    }

    /// <summary>Reads a text that must be there.</summary>
    public string RequiredText() => Text() ?? throw new PeerMessageException("a text of the message is missing");

    /// <summary>Reads bytes with their length; valid as long as the message is.</summary>
    public ReadOnlyMemory<byte> Bytes() => Raw(Int32());

    /// <summary>Reads bytes of a known length; valid as long as the message is.</summary>
    public ReadOnlyMemory<byte> Raw(int length)
    {
        if (length < 0 || length > Left)
        {
            throw new PeerMessageException($"a field of {length} bytes begins where {Left} are left");
        }

        ReadOnlyMemory<byte> bytes = _fields.Slice(_position, length);
        _position += length;
        return bytes;
    }

    /// <summary>Checks that nothing is left.</summary>
    public void End()
    {
        if (Left > 0)
        {
            throw new PeerMessageException($"{Left} bytes of the message are left over");
        }
    }
}
