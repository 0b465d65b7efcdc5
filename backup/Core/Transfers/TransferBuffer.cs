namespace Basalt.Backup.Transfers;

/// <summary>A rented chunk; disposing gives it back.</summary>
internal sealed class TransferBuffer(TransferBuffers owner, byte[] chunk, DutyCycle? duty) : IDisposable
{
    private byte[]? _chunk = chunk;

    public Memory<byte> Memory => _chunk ?? throw new ObjectDisposedException(nameof(TransferBuffer));

    /// <summary>Waits until bytes may pass.</summary>
    public async ValueTask PassAsync(long bytes, CancellationToken cancellationToken)
    {
        if (duty is not null)
        {
            await duty.RestAsync(cancellationToken).ConfigureAwait(false);
        }

        await owner.Throttle.WaitAsync(bytes, cancellationToken).ConfigureAwait(false);
        duty?.Resume();
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _chunk, null) is { } chunk)
        {
            owner.Return(chunk);
        }
    }
}
