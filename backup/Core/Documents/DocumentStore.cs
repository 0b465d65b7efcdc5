using System.Text.Json.Serialization.Metadata;

namespace Basalt.Backup.Documents;

/// <summary>Creates and reads documents in a repository.</summary>
internal sealed class DocumentStore(IBackupBackend backend)
{
    /// <summary>
    /// Creates a sealed document if its key is free. A document with the same bytes that is there already counts as created: an earlier
    /// try may have succeeded without our hearing of it. Bytes must therefore be unique to their writer where it matters who won.
    /// </summary>
    public async Task<bool> TryCreateAsync<T>(string key, T document, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        await TryCreateAsync(key, DocumentCodec.Seal(document, type), cancellationToken).ConfigureAwait(false);

    /// <summary>As above for bytes that are a document already.</summary>
    public async Task<bool> TryCreateAsync(string key, byte[] bytes, CancellationToken cancellationToken)
    {
        if (await backend.TryPutAsync(key, ObjectContent.FromBytes(bytes), cancellationToken).ConfigureAwait(false))
        {
            return true;
        }

        byte[]? present = await TryReadBytesAsync(key, cancellationToken).ConfigureAwait(false);
        return present.AsSpan().SequenceEqual(bytes);
    }

    /// <summary>Reads a sealed document; null if there is none.</summary>
    public async Task<T?> TryReadAsync<T>(string key, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        byte[]? bytes = await TryReadBytesAsync(key, cancellationToken).ConfigureAwait(false);
        return bytes is null ? null : DocumentCodec.Unseal(key, bytes, type);
    }

    /// <summary>Reads a sealed document that has to be there and have that hash.</summary>
    /// <exception cref="BackupException"><see cref="BackupError.Corrupted"/>.</exception>
    public async Task<T> ReadAsync<T>(string key, string sha256, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        DocumentCodec.Unseal(key, await ReadBytesAsync(key, sha256, cancellationToken).ConfigureAwait(false), type);

    /// <summary>Reads a compressed document that has to be there and have that hash.</summary>
    /// <exception cref="BackupException"><see cref="BackupError.Corrupted"/>.</exception>
    public async Task<T> ReadCompressedAsync<T>(string key, string sha256, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        DocumentCodec.Decompress(key, await ReadBytesAsync(key, sha256, cancellationToken).ConfigureAwait(false), type);

    /// <summary>The bytes of a document; null if there is none.</summary>
    /// <exception cref="BackupException"><see cref="BackupError.Corrupted"/>: it is larger than any document.</exception>
    public async Task<byte[]?> TryReadBytesAsync(string key, CancellationToken cancellationToken)
    {
        Stream? stream = await backend.OpenReadAsync(key, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (stream is null)
        {
            return null;
        }

        await using (stream.ConfigureAwait(false))
        {
            using var bytes = new MemoryStream();
            var bounded = new BoundedStream(stream, DocumentCodec.MaxStoredBytes);
            await using (bounded.ConfigureAwait(false))
            {
                try
                {
                    await bounded.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
                }
                catch (InvalidDataException tooLong)
                {
                    throw BackupException.Corrupted(key, tooLong.Message, tooLong);
                }
            }

            return bytes.ToArray();
        }
    }

    private async Task<byte[]> ReadBytesAsync(string key, string sha256, CancellationToken cancellationToken)
    {
        byte[] bytes = await TryReadBytesAsync(key, cancellationToken).ConfigureAwait(false)
            ?? throw BackupException.Corrupted(key, "it is missing");
        string actual = DocumentCodec.Hash(bytes);
        return string.Equals(actual, sha256, StringComparison.Ordinal)
            ? bytes
            : throw BackupException.Corrupted(key, $"its SHA-256 is {actual} instead of {sha256}");
    }
}
