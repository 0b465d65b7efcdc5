namespace Basalt.Backup.Transfers;

/// <summary>A rented chunk; disposing gives it back.</summary>
internal sealed class TransferBuffer(TransferBuffers owner, byte[] chunk) : IDisposable
{
    private byte[]? _chunk = chunk;

    public Memory<byte> Memory => _chunk ?? throw new ObjectDisposedException(nameof(TransferBuffer));

    /// <summary>Waits until bytes may pass.</summary>
    public ValueTask PassAsync(long bytes, CancellationToken cancellationToken) => owner.Throttle.WaitAsync(bytes, cancellationToken);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _chunk, null) is { } chunk)
        {
            owner.Return(chunk);
        }
    }
}
