using Basalt.Backup.Catalog;
using Basalt.Backup.Extents;
using Basalt.Engine;

namespace Basalt.Backup.Verification;

/// <summary>Looks into one object.</summary>
internal sealed class ObjectCheck(Repository repository)
{
    /// <summary>Reads header and trailer, which have to say that the object holds what it should.</summary>
    /// <exception cref="BackupException">They do not.</exception>
    public async Task<(byte[] Header, byte[] Trailer)> ReadEndsAsync(StoredObject expected, CancellationToken cancellationToken)
    {
        byte[] header = await ReadAsync(expected.Key, 0, ExtentFrame.HeaderLength, cancellationToken).ConfigureAwait(false);
        if (ExtentFrame.Parse(expected.Key, header) != expected.Frame)
        {
            throw BackupException.Corrupted(expected.Key, "its header is of another content");
        }

        long end = expected.Frame.StoredLength - ExtentFrame.TrailerLength;
        byte[] trailer = await ReadAsync(expected.Key, end, ExtentFrame.TrailerLength, cancellationToken).ConfigureAwait(false);
        bool isRight = expected.StoredCrc is { } crc
            ? ExtentFrame.StoredCrc(trailer) == crc
            : trailer.AsSpan().SequenceEqual(expected.Frame.CreateTrailer(header, expected.Parts.Single().Digest.Crc32C));
        return isRight ? (header, trailer) : throw BackupException.Corrupted(expected.Key, "its trailer is of another content");
    }

    /// <summary>Reads all of it, and checks each byte.</summary>
    /// <exception cref="BackupException">It is not what it should be.</exception>
    public async Task CheckAllAsync(StoredObject expected, CancellationToken cancellationToken)
    {
        FrameReader reader = await FrameReader
            .OpenAsync(repository.Backend, repository.Buffers, expected.Key, expected.Frame.PayloadLength, cancellationToken)
            .ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            if (reader.Frame != expected.Frame)
            {
                throw BackupException.Corrupted(expected.Key, "its header is of another content");
            }

            long position = 0;
            foreach ((long offset, ExtentDigest digest) in expected.Parts)
            {
                if (offset < position)
                {
                    throw BackupException.Corrupted(expected.Key, $"segments overlap at byte {offset} of its payload");
                }

                await reader.SkipAsync(offset - position, cancellationToken).ConfigureAwait(false);
                await reader
                    .ReadPartAsync(digest.Length, digest.Crc32C, digest.XxHash128, static (_, _) => ValueTask.CompletedTask, cancellationToken)
                    .ConfigureAwait(false);
                position = offset + digest.Length;
            }

            await reader.CompleteAsync(cancellationToken).ConfigureAwait(false);
            if (expected.StoredCrc is { } crc && reader.StoredCrc != crc)
            {
                throw BackupException.Corrupted(expected.Key, "it is another pack");
            }
        }
    }

    private async Task<byte[]> ReadAsync(string key, long offset, int length, CancellationToken cancellationToken)
    {
        Stream stream = await repository.Backend.OpenReadAsync(key, offset, length, cancellationToken).ConfigureAwait(false)
            ?? throw BackupException.Corrupted(key, "it is missing");
        await using (stream.ConfigureAwait(false))
        {
            byte[] bytes = new byte[length];
            int read = await stream.ReadAtLeastAsync(bytes, length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return read == length ? bytes : throw BackupException.Corrupted(key, "it is truncated");
        }
    }
}
