using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Basalt.Backup.Checksums;

namespace Basalt.Backup.Documents;

/// <summary>
/// Documents as bytes. A plain one is sealed: its last field is the CRC32C of all bytes before, so that a document found by name
/// alone is as verifiable as one whose hash another document knows.
/// </summary>
internal static class DocumentCodec
{
    /// <summary>The most bytes of a document as it is stored. Whoever reads a document does not know who wrote it.</summary>
    public const int MaxStoredBytes = 64 << 20;

    /// <summary>The most bytes of a document that is stored compressed.</summary>
    public const int MaxPlainBytes = 256 << 20;

    private const int ChecksumDigits = 8;
    private const int SealLength = 11 + ChecksumDigits + 3;

    private static ReadOnlySpan<byte> SealStart => ",\"crc32c\":\""u8;

    private static ReadOnlySpan<byte> SealEnd => "\"}\n"u8;

    /// <summary>JSON with a seal.</summary>
    public static byte[] Seal<T>(T document, JsonTypeInfo<T> type)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(document, type);
        byte[] bytes = new byte[json.Length - 1 + SealLength];
        json.AsSpan(0, json.Length - 1).CopyTo(bytes);
        Span<byte> seal = bytes.AsSpan(json.Length - 1);
        SealStart.CopyTo(seal);
        Encoding.ASCII.GetBytes($"{Crc32C.Compute(bytes.AsSpan(0, json.Length - 1)):x8}", seal[SealStart.Length..]);
        SealEnd.CopyTo(seal[^SealEnd.Length..]);
        RequireReadable<T>(bytes.Length, MaxStoredBytes);
        return bytes;
    }

    /// <summary>Reads sealed JSON.</summary>
    /// <exception cref="BackupException"><see cref="BackupError.Corrupted"/>.</exception>
    public static T Unseal<T>(string key, ReadOnlySpan<byte> bytes, JsonTypeInfo<T> type)
    {
        if (bytes.Length < SealLength + 1 || !bytes[^SealLength..].StartsWith(SealStart) || !bytes.EndsWith(SealEnd))
        {
            throw BackupException.Corrupted(key, "it does not end with its checksum; it is truncated or was edited");
        }

        string expected = Encoding.ASCII.GetString(bytes[^(ChecksumDigits + SealEnd.Length)..^SealEnd.Length]);
        string actual = $"{Crc32C.Compute(bytes[..^SealLength]):x8}";
        if (!string.Equals(expected, actual, StringComparison.Ordinal))
        {
            throw BackupException.Corrupted(key, $"its CRC32C is {actual}, it says {expected}");
        }

        return Deserialize(key, type, bytes);
    }

    /// <summary>Compressed JSON, without a seal: another document holds its hash.</summary>
    public static byte[] Compress<T>(T document, JsonTypeInfo<T> type)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        {
            byte[] json = JsonSerializer.SerializeToUtf8Bytes(document, type);
            RequireReadable<T>(json.Length, MaxPlainBytes);
            gzip.Write(json);
        }

        RequireReadable<T>(bytes.Length, MaxStoredBytes);
        return bytes.ToArray();
    }

    /// <summary>Reads compressed JSON after its hash was checked.</summary>
    /// <exception cref="BackupException"><see cref="BackupError.Corrupted"/>.</exception>
    public static T Decompress<T>(string key, byte[] bytes, JsonTypeInfo<T> type)
    {
        try
        {
            using var gzip = new GZipStream(new MemoryStream(bytes, writable: false), CompressionMode.Decompress);
            using var bounded = new BoundedStream(gzip, MaxPlainBytes);
            return JsonSerializer.Deserialize(bounded, type) ?? throw BackupException.Corrupted(key, "it is null");
        }
        catch (Exception failure) when (failure is JsonException or InvalidDataException)
        {
            throw BackupException.Corrupted(key, failure.Message, failure);
        }
    }

    /// <summary>SHA-256 in lower-case hex.</summary>
    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>What readers would refuse must not be written.</summary>
    private static void RequireReadable<T>(long bytes, long limit)
    {
        if (bytes > limit)
        {
            throw new BackupException(
                BackupError.InvalidRequest,
                $"A {typeof(T).Name} of {bytes} bytes is larger than the {limit} that any reader takes. Back up fewer collections at a time.");
        }
    }

    private static T Deserialize<T>(string key, JsonTypeInfo<T> type, ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw BackupException.Corrupted(key, "it is null");
        }
        catch (JsonException failure)
        {
            throw BackupException.Corrupted(key, failure.Message, failure);
        }
    }
}
