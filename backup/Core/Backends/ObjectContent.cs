using Basalt.Backup.Backends;

namespace Basalt.Backup;

/// <summary>What to store in an object: bytes of known length that can be read again if a try fails.</summary>
public sealed class ObjectContent
{
    private readonly Func<Stream> _open;

    /// <summary>Creates content from a source of streams.</summary>
    /// <param name="length">Bytes that each stream delivers.</param>
    /// <param name="open">Opens the bytes from the start, for one pass; may be called again.</param>
    /// <param name="crc32C">CRC32C of the bytes if it is known without reading them; a backend refuses other bytes.</param>
    public ObjectContent(long length, Func<Stream> open, uint? crc32C = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentNullException.ThrowIfNull(open);
        Length = length;
        _open = open;
        Crc32C = crc32C;
    }

    /// <summary>Bytes.</summary>
    public long Length { get; }

    /// <summary>
    /// CRC32C that the stored bytes must have, or null. It does not come from the bytes in memory, so that it protects from damage there.
    /// </summary>
    public uint? Crc32C { get; }

    /// <summary>Content that is in memory.</summary>
    public static ObjectContent FromBytes(ReadOnlyMemory<byte> bytes) =>
        new(bytes.Length, () => new MemoryStream(bytes.ToArray(), writable: false));

    /// <summary>Opens the bytes from the start, for one pass. Copy with <see cref="Stream.CopyToAsync(Stream, CancellationToken)"/>:
    /// the stream then uses the buffers of the backup service.</summary>
    public Stream Open() => _open();

    /// <summary>
    /// As <see cref="Open"/>, for stores that are told the length first and drop uploads that end early: the last bytes come only when all
    /// are known to have the promised length and CRC. The stream throws <see cref="BackupBackendException"/> otherwise. Empty content has
    /// to be read, too, to be checked.
    /// </summary>
    /// <param name="key">The object, for messages.</param>
    public Stream OpenVerified(string key) => new VerifiedStream(this, key);

    /// <summary>Throws unless bytes that were read are what this content promised.</summary>
    /// <param name="key">The object, for messages.</param>
    /// <param name="length">How many there were; more than <see cref="Length"/> stands for any number above it.</param>
    /// <param name="crc32C">Their CRC32C.</param>
    internal void Verify(string key, long length, uint crc32C)
    {
        if (length != Length)
        {
            throw new BackupBackendException(
                key,
                $"The source of object '{key}' delivered {(length > Length ? "more than its" : $"{length} bytes instead of")} {Length}. It was not stored.",
                isTransient: false);
        }

        if (Crc32C is { } expected && expected != crc32C)
        {
            throw new BackupBackendException(
                key,
                $"The bytes of object '{key}' changed on their way: CRC32C {crc32C:x8} instead of {expected:x8}. It was not stored; try again and check the memory.",
                isTransient: true);
        }
    }
}
