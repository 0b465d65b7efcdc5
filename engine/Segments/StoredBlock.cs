using System.Buffers.Binary;
using System.Diagnostics;
using Basalt.Engine.Checksums;
using Basalt.Engine.Compression;

namespace Basalt.Engine.Segments;

/// <summary>A data block as it lies on disk: payload, codec, checksum. Opening it verifies the checksum.</summary>
internal readonly ref struct StoredBlock
{
    private readonly ReadOnlySpan<byte> _payload;
    private readonly CompressionKind _compression;

    private StoredBlock(ReadOnlySpan<byte> payload, CompressionKind compression, int rawLength)
    {
        _payload = payload;
        _compression = compression;
        RawLength = rawLength;
    }

    /// <summary>Bytes of the block before compression.</summary>
    public int RawLength { get; }

    /// <summary>Whether the payload is the block itself.</summary>
    public bool IsRaw => _compression == CompressionKind.None;

    /// <summary>The bytes between start and trailer; the block itself if <see cref="IsRaw"/>.</summary>
    public ReadOnlySpan<byte> Payload => _payload;

    /// <summary>Verifies the stored bytes of a block.</summary>
    /// <param name="stored">Everything from its first byte to its checksum.</param>
    /// <param name="segment">Where it was read, for errors.</param>
    /// <param name="offset">Its offset in the segment.</param>
    /// <exception cref="DatabaseException"><see cref="DatabaseError.Corruption"/>.</exception>
    public static StoredBlock Open(ReadOnlySpan<byte> stored, in SegmentLocation segment, long offset)
    {
        Debug.Assert(stored.Length > SegmentFormat.BlockTrailerLength);
        int end = stored.Length - SegmentFormat.ChecksumLength;
        if (BinaryPrimitives.ReadUInt32LittleEndian(stored[end..]) != Crc32C.Compute(stored[..end]))
        {
            throw segment.Corruption("a data block does not match its checksum", offset);
        }

        ReadOnlySpan<byte> payload = stored[..(end - 1)];
        switch ((CompressionKind)stored[end - 1])
        {
            case CompressionKind.None:
                return new StoredBlock(payload, CompressionKind.None, payload.Length);
            case CompressionKind.Lz4 when payload.Length > SegmentFormat.RawLengthPrefix:
                uint rawLength = BinaryPrimitives.ReadUInt32LittleEndian(payload);
                payload = payload[SegmentFormat.RawLengthPrefix..];

                // LZ4 never makes more than 255 bytes of one; a larger claim must not become an allocation.
                if (rawLength <= SegmentFormat.MaxBlockLength && rawLength <= 255L * payload.Length)
                {
                    return new StoredBlock(payload, CompressionKind.Lz4, (int)rawLength);
                }

                break;
        }

        throw segment.Corruption(
            $"codec {stored[end - 1]} cannot have made a block's payload of {payload.Length} bytes", offset);
    }

    /// <summary>Writes the block to exactly <see cref="RawLength"/> bytes; false if the payload is malformed.</summary>
    public bool TryDecode(Span<byte> destination)
    {
        Debug.Assert(destination.Length == RawLength);
        if (!IsRaw)
        {
            return BlockCodec.For(_compression).TryDecompress(_payload, destination);
        }

        _payload.CopyTo(destination);
        return true;
    }
}
