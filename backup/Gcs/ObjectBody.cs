using System.Buffers;
using System.Net;
using System.Runtime.ExceptionServices;

namespace Basalt.Backup.Gcs;

/// <summary>
/// The bytes of an object, or the rest of them, as the body of a request. It remembers a failure of their source, which would otherwise be
/// told as one of the connection.
/// </summary>
/// <param name="content">The bytes.</param>
/// <param name="key">The object, for messages.</param>
/// <param name="from">The first byte to send. Those before are read all the same: the whole is verified before its last bytes go out.</param>
internal sealed class ObjectBody(ObjectContent content, string key, long from = 0) : HttpContent
{
    private const int BufferBytes = 64 << 10;

    private ExceptionDispatchInfo? _sourceFailure;

    public void ThrowIfSourceFailed() => _sourceFailure?.Throw();

    protected override bool TryComputeLength(out long length)
    {
        length = content.Length - from;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        Stream source = content.OpenVerified(key);
        await using (source.ConfigureAwait(false))
        {
            long position = 0;
            while (await ReadAsync(source, buffer, cancellationToken).ConfigureAwait(false) is var read and > 0)
            {
                int known = (int)Math.Clamp(from - position, 0, read);
                position += read;
                await stream.WriteAsync(buffer.AsMemory(known, read - known), cancellationToken).ConfigureAwait(false);
            }
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    private async ValueTask<int> ReadAsync(Stream source, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            _sourceFailure = ExceptionDispatchInfo.Capture(failure);
            throw;
        }
    }
}
