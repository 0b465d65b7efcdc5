using System.Buffers;
using Basalt.Backup.Checksums;

namespace Basalt.Backup.Gcs;

/// <summary>The CRC32C of content as the API writes it; the server compares what it received with it.</summary>
internal static class ObjectChecksum
{
    private const int BufferBytes = 16 << 10;

    /// <summary>The one that is known, or that of the bytes, which are then read: only documents, which are small, come without.</summary>
    public static async ValueTask<string> OfAsync(ObjectContent content, CancellationToken cancellationToken) =>
        Crc32C.ToBase64(content.Crc32C ?? await ComputeAsync(content, cancellationToken).ConfigureAwait(false));

    private static async Task<uint> ComputeAsync(ObjectContent content, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        uint crc = 0;
        Stream source = content.Open();
        await using (source.ConfigureAwait(false))
        {
            while (await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var read and > 0)
            {
                crc = Crc32C.Append(crc, buffer.AsSpan(0, read));
            }
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return crc;
    }
}
