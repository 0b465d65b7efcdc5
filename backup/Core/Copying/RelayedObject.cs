using Basalt.Backup.Catalog;
using Basalt.Backup.Extents;
using Basalt.Backup.Transfers;
using Basalt.Backup.Verification;

namespace Basalt.Backup.Copying;

/// <summary>An object of one repository as content for another. Its CRC comes from documents and trailer, so the target refuses damaged bytes.</summary>
internal static class RelayedObject
{
    /// <exception cref="BackupException"><see cref="BackupError.Corrupted"/>: the object does not say that it holds what it should.</exception>
    public static async Task<ObjectContent> OpenAsync(Repository source, StoredObject item, CancellationToken cancellationToken)
    {
        (byte[] header, byte[] trailer) = await new ObjectCheck(source).ReadEndsAsync(item, cancellationToken).ConfigureAwait(false);
        uint storedCrc = ExtentFrame.StoredCrc(trailer);
        return new ObjectContent(
            item.Frame.StoredLength,
            () => new FramedStream(
                header, [() => new DeferredStream(token => OpenPayloadAsync(source, item, token))], trailer, source.Buffers, static _ => { }),
            storedCrc);
    }

    private static async Task<Stream> OpenPayloadAsync(Repository source, StoredObject item, CancellationToken cancellationToken) =>
        await source.Backend
            .OpenReadAsync(item.Key, ExtentFrame.HeaderLength, item.Frame.PayloadLength, cancellationToken)
            .ConfigureAwait(false)
        ?? throw BackupException.Corrupted(item.Key, "it is missing");
}
