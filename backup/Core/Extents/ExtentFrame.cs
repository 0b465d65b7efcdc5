using System.Buffers.Binary;
using System.Security.Cryptography;
using Basalt.Backup.Checksums;

namespace Basalt.Backup.Extents;

/// <summary>
/// The envelope of an extent or a pack: a header of 64 bytes, the payload, a trailer of 4. It makes an object verifiable without any
/// document. All numbers are little-endian; the layout is specified in FORMAT.md.
/// </summary>
/// <param name="PayloadLength">Bytes of the payload.</param>
/// <param name="XxHash128">XXH128 of an extent's payload; zero for a pack, whose parts have digests of their own.</param>
internal readonly record struct ExtentFrame(long PayloadLength, UInt128 XxHash128)
{
    public const int HeaderLength = 64;
    public const int TrailerLength = sizeof(uint);
    public const int Overhead = HeaderLength + TrailerLength;
    public const string PlainCodec = "none";

    private const byte FrameVersion = 1;
    private const byte Plain = 0;
    private const int VersionAt = 8;
    private const int CodecAt = 9;
    private const int KeyIdAt = 12;
    private const int NonceAt = 16;
    private const int NonceLength = 16;
    private const int LengthAt = 32;
    private const int DigestAt = 40;
    private const int ChecksumAt = 60;

    private static ReadOnlySpan<byte> Magic => "BSLTEXTN"u8;

    /// <summary>Bytes of the whole object.</summary>
    public long StoredLength => Overhead + PayloadLength;

    /// <summary>Builds a header with a fresh nonce.</summary>
    public byte[] CreateHeader()
    {
        byte[] header = new byte[HeaderLength];
        Magic.CopyTo(header);
        header[VersionAt] = FrameVersion;
        header[CodecAt] = Plain;
        RandomNumberGenerator.Fill(header.AsSpan(NonceAt, NonceLength));
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(LengthAt), PayloadLength);
        BinaryPrimitives.WriteUInt128LittleEndian(header.AsSpan(DigestAt), XxHash128);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(ChecksumAt), Crc32C.Mask(Crc32C.Compute(header.AsSpan(0, ChecksumAt))));
        return header;
    }

    /// <summary>The trailer that follows such a header and a payload of such a CRC.</summary>
    public byte[] CreateTrailer(ReadOnlySpan<byte> header, uint payloadCrc)
    {
        byte[] trailer = new byte[TrailerLength];
        uint crc = Crc32C.Combine(Crc32C.Compute(header), payloadCrc, PayloadLength);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, Crc32C.Mask(crc));
        return trailer;
    }

    /// <summary>CRC32C of header and payload, as a trailer has it.</summary>
    public static uint ReadTrailer(ReadOnlySpan<byte> trailer) => Crc32C.Unmask(BinaryPrimitives.ReadUInt32LittleEndian(trailer));

    /// <summary>CRC32C of the whole object, without its payload at hand.</summary>
    public static uint StoredCrc(ReadOnlySpan<byte> trailer) =>
        Crc32C.Combine(ReadTrailer(trailer), Crc32C.Compute(trailer), TrailerLength);

    /// <summary>Reads a header.</summary>
    /// <exception cref="BackupException"><see cref="BackupError.Corrupted"/> or <see cref="BackupError.UnsupportedFormat"/>.</exception>
    public static ExtentFrame Parse(string key, ReadOnlySpan<byte> header)
    {
        if (header.Length < HeaderLength || !header.StartsWith(Magic))
        {
            throw BackupException.Corrupted(key, "it does not begin with the header of an extent");
        }

        uint expected = Crc32C.Unmask(BinaryPrimitives.ReadUInt32LittleEndian(header[ChecksumAt..]));
        uint actual = Crc32C.Compute(header[..ChecksumAt]);
        if (expected != actual)
        {
            throw BackupException.Corrupted(key, $"CRC32C of its header is {actual:x8} instead of {expected:x8}");
        }

        uint keyId = BinaryPrimitives.ReadUInt32LittleEndian(header[KeyIdAt..]);
        if (header[VersionAt] != FrameVersion || header[CodecAt] != Plain || keyId != 0)
        {
            throw new BackupException(
                BackupError.UnsupportedFormat,
                $"Object '{key}' has frame version {header[VersionAt]}, codec {header[CodecAt]} and key {keyId}; this build reads version "
                + $"{FrameVersion}, codec {Plain} and no encryption. Use the version that wrote it.",
                objectKey: key);
        }

        return new ExtentFrame(
            BinaryPrimitives.ReadInt64LittleEndian(header[LengthAt..]), BinaryPrimitives.ReadUInt128LittleEndian(header[DigestAt..]));
    }
}
