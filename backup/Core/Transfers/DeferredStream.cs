namespace Basalt.Backup.Transfers;

/// <summary>A stream that is opened when its first byte is wanted.</summary>
internal sealed class DeferredStream(Func<CancellationToken, Task<Stream>> open) : ForwardStream
{
    private Stream? _stream;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _stream ??= await open(cancellationToken).ConfigureAwait(false);
        return await _stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_stream is not null)
        {
            await _stream.DisposeAsync().ConfigureAwait(false);
        }

        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stream?.Dispose();
        }

        base.Dispose(disposing);
    }
}
