using Basalt.Backup.Checksums;
using Basalt.Backup.Transfers;

namespace Basalt.Backup.Extents;

/// <summary>Builds the objects of a repository around payloads that are streamed.</summary>
internal static class FramedContent
{
    /// <summary>
    /// One part or several as one framed object. Its CRC is combined from those of the parts, taken at their birth, and never from the
    /// bytes passing by: damage in memory makes the store refuse the object instead of being sealed into it.
    /// </summary>
    /// <param name="frame">The frame; its length is that of all parts.</param>
    /// <param name="parts">The parts in order.</param>
    /// <param name="buffers">Where copies get their memory.</param>
    /// <param name="onTransferred">Told of payload bytes as they go out; negative when a try is repeated.</param>
    public static ObjectContent Create(
        ExtentFrame frame, IReadOnlyList<PayloadPart> parts, TransferBuffers buffers, Action<long>? onTransferred = null)
    {
        byte[] header = frame.CreateHeader();
        uint payloadCrc = 0;
        foreach (PayloadPart part in parts)
        {
            payloadCrc = Crc32C.Combine(payloadCrc, part.Crc32C, part.Length);
        }

        byte[] trailer = frame.CreateTrailer(header, payloadCrc);
        Func<Stream>[] payload = [.. parts.Select(part => part.Open)];
        long counted = 0;
        return new ObjectContent(
            frame.StoredLength,
            () =>
            {
                onTransferred?.Invoke(-Interlocked.Exchange(ref counted, 0));
                return new FramedStream(header, payload, trailer, buffers, bytes =>
                {
                    Interlocked.Add(ref counted, bytes);
                    onTransferred?.Invoke(bytes);
                });
            },
            ExtentFrame.StoredCrc(trailer));
    }
}
