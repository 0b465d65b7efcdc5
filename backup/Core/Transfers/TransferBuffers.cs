namespace Basalt.Backup.Transfers;

/// <summary>
/// The only memory that object contents pass through. Chunks of one size up to a total; who wants more waits. A transfer holds one chunk
/// at a time and needs no other while it does, so waiting cannot deadlock. Thread-safe.
/// </summary>
internal sealed class TransferBuffers : IDisposable
{
    private const int MaxChunkBytes = 1 << 20;

    private readonly SemaphoreSlim _free;
    private readonly Stack<byte[]> _idle = new();
    private readonly Lock _lock = new();
    private readonly TransferBuffers? _pool;
    private readonly Func<DutyCycle>? _newDuty;
    private int _rented;
    private int _peak;

    /// <param name="maxBytes">Bytes of all chunks.</param>
    /// <param name="parallelism">Transfers at a time.</param>
    /// <param name="throttle">Limits what passes; none unless told.</param>
    public TransferBuffers(long maxBytes, int parallelism, TransferThrottle? throttle = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(parallelism, 1);
        ChunkBytes = (int)Math.Clamp(maxBytes / parallelism, 1, MaxChunkBytes);
        Throttle = throttle ?? new TransferThrottle(0, TimeProvider.System);
        _free = new SemaphoreSlim((int)Math.Min(maxBytes / ChunkBytes, int.MaxValue));
    }

    private TransferBuffers(TransferBuffers pool, Func<DutyCycle> newDuty)
    {
        _pool = pool;
        _newDuty = newDuty;
        _free = pool._free;
        ChunkBytes = pool.ChunkBytes;
        Throttle = pool.Throttle;
    }

    /// <summary>What all transfers wait for before they pass bytes on.</summary>
    public TransferThrottle Throttle { get; }

    /// <summary>Bytes of a chunk.</summary>
    public int ChunkBytes { get; }

    /// <summary>Most bytes that were rented at one time.</summary>
    public long PeakBytes
    {
        get
        {
            lock (_lock)
            {
                return (long)_peak * ChunkBytes;
            }
        }
    }

    /// <summary>The same buffers for transfers that each work a share of the time only.</summary>
    public TransferBuffers At(double share, TimeProvider clock) => share >= 1 ? this : new TransferBuffers(this, () => new DutyCycle(share, clock));

    public ValueTask<TransferBuffer> RentAsync(CancellationToken cancellationToken) =>
        (_pool ?? this).RentAsync(_newDuty, cancellationToken);

    public void Dispose() => _free.Dispose();

    internal void Return(byte[] chunk)
    {
        lock (_lock)
        {
            _rented--;
            if (_rented == 0)
            {
                // No transfer is left: an idle service keeps no memory.
                _idle.Clear();
            }
            else
            {
                _idle.Push(chunk);
            }
        }

        _free.Release();
    }

    private async ValueTask<TransferBuffer> RentAsync(Func<DutyCycle>? newDuty, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            _peak = Math.Max(_peak, ++_rented);
            byte[] chunk = _idle.TryPop(out byte[]? idle) ? idle : GC.AllocateUninitializedArray<byte>(ChunkBytes);
            return new TransferBuffer(this, chunk, newDuty?.Invoke());
        }
    }
}
