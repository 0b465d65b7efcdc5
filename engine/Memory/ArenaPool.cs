namespace Basalt.Engine.Memory;

/// <summary>
/// Hands out arenas of one standard size and keeps one returned arena, with its pages, for the next: a memtable that replaces a flushed one
/// then costs no page faults. Larger arenas are made to measure and go back to the system. Thread-safe.
/// </summary>
internal sealed class ArenaPool : IDisposable
{
    private readonly long _arenaCapacity;
    private NativeArena? _spare;
    private volatile bool _isDisposed;

    /// <summary>Creates an empty pool.</summary>
    /// <param name="arenaCapacity">Bytes of a standard arena.</param>
    public ArenaPool(long arenaCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(arenaCapacity, NativeArena.ReservedBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(arenaCapacity, NativeArena.MaxCapacity);
        _arenaCapacity = arenaCapacity;
    }

    /// <summary>An empty arena with at least <paramref name="minimumCapacity"/> bytes, and not less than the standard.</summary>
    public NativeArena Rent(long minimumCapacity)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return minimumCapacity > _arenaCapacity
            ? new NativeArena(minimumCapacity)
            : Interlocked.Exchange(ref _spare, null) ?? new NativeArena(_arenaCapacity);
    }

    /// <summary>Takes an arena back. Requires: nobody uses it any more.</summary>
    public void Return(NativeArena arena)
    {
        arena.Reset();
        if (arena.Capacity != _arenaCapacity || Interlocked.CompareExchange(ref _spare, arena, null) != null)
        {
            arena.Dispose();
            return;
        }

        if (_isDisposed)
        {
            DisposeSpare();
        }
    }

    /// <summary>Frees the spare. Arenas still out may be returned later and are freed then.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        DisposeSpare();
    }

    private void DisposeSpare() => Interlocked.Exchange(ref _spare, null)?.Dispose();
}
