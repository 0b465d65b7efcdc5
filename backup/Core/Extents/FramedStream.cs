using Basalt.Backup.Transfers;

namespace Basalt.Backup.Extents;

/// <summary>Header, payload and trailer as one stream.</summary>
/// <param name="header">The header.</param>
/// <param name="payload">Opens the parts of the payload, in order; their streams verify what they deliver.</param>
/// <param name="trailer">The trailer.</param>
/// <param name="buffers">Where copies get their memory.</param>
/// <param name="onTransferred">Told of payload bytes as they go out.</param>
internal sealed class FramedStream(
    byte[] header, IReadOnlyList<Func<Stream>> payload, byte[] trailer, TransferBuffers buffers, Action<long> onTransferred) : ForwardStream
{
    private Stream? _current = new MemoryStream(header, writable: false);

    /// <summary>The part being read: -1 for the header, the number of parts for the trailer.</summary>
    private int _index = -1;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_current is not null && !buffer.IsEmpty)
        {
            int read = await _current.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (read > 0)
            {
                if (_index >= 0 && _index < payload.Count)
                {
                    onTransferred(read);
                }

                return read;
            }

            await MoveOnAsync().ConfigureAwait(false);
        }

        return 0;
    }

    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        using TransferBuffer buffer = await buffers.RentAsync(cancellationToken).ConfigureAwait(false);
        Memory<byte> chunk = buffer.Memory;
        while (true)
        {
            int filled = 0;
            int read;
            do
            {
                read = await ReadAsync(chunk[filled..], cancellationToken).ConfigureAwait(false);
                filled += read;
            }
            while (read > 0 && filled < chunk.Length);

            await buffer.PassAsync(filled, cancellationToken).ConfigureAwait(false);
            await destination.WriteAsync(chunk[..filled], cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return;
            }
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (_current is not null)
        {
            await _current.DisposeAsync().ConfigureAwait(false);
        }

        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _current?.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask MoveOnAsync()
    {
        await _current!.DisposeAsync().ConfigureAwait(false);
        _current = null;
        _index++;
        _current = _index < payload.Count ? payload[_index]()
            : _index == payload.Count ? new MemoryStream(trailer, writable: false)
            : null;
    }
}
