using System.Net;
using System.Net.Http.Headers;

namespace Basalt.Server.Cluster.Peers;

/// <summary>
/// A message that is sent once at most. The HTTP client sends a request again by itself when a connection that it kept open turns out to be
/// closed; the node may have written the objects all the same, and would then refuse to create them twice.
/// </summary>
internal sealed class OnceContent : HttpContent
{
    private readonly ReadOnlyMemory<byte> _message;
    private int _sent;

    public OnceContent(ReadOnlyMemory<byte> message)
    {
        _message = message;
        Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
    }

    /// <summary>Whether any of it may have left this node.</summary>
    public bool MayHaveArrived => Volatile.Read(ref _sent) != 0;

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, default);

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        Interlocked.Exchange(ref _sent, 1) == 0
            ? stream.WriteAsync(_message, cancellationToken).AsTask()
            : throw new IOException("the connection was lost after the request was sent");

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = _message.Length;
        return true;
    }
}
