using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Memory;

/// <summary>
/// A bump allocator in memory that the garbage collector does not see: millions of small entries that are freed all at once.
/// Allocation is lock-free. Addresses are 32-bit offsets from <see cref="Start"/>; offset 0 is never handed out and means "none".
/// </summary>
/// <remarks>
/// The memory comes from the system untouched and takes no RAM before it is written. It is <b>not zeroed</b> when an arena is used
/// again: whoever allocates writes every byte before it publishes the offset.
/// </remarks>
internal sealed unsafe class NativeArena : IDisposable
{
    /// <summary>Offsets and lengths of everything in the arena are multiples of this, which makes four-byte links atomic.</summary>
    public const int Alignment = sizeof(uint);

    /// <summary>Bytes at the start that are not handed out.</summary>
    public const int ReservedBytes = 64;

    /// <summary>The most bytes that 32-bit offsets reach.</summary>
    public const long MaxCapacity = uint.MaxValue - (Alignment - 1);

    private const int PageLength = 4096;
    private const int HugePageLength = 2 << 20;

    private byte* _start;
    private long _used = ReservedBytes;

    /// <summary>Reserves address space.</summary>
    /// <param name="capacity">Bytes, <see cref="ReservedBytes"/> to <see cref="MaxCapacity"/>.</param>
    /// <exception cref="OutOfMemoryException">The system has none left.</exception>
    public NativeArena(long capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, ReservedBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, MaxCapacity);
        Capacity = capacity;
        if (capacity < HugePageLength)
        {
            _start = (byte*)NativeMemory.AlignedAlloc((nuint)capacity, PageLength);
            return;
        }

        // A search jumps about in all of the arena: with pages of 4 KiB most of its steps miss the TLB as well as the cache.
        _start = (byte*)NativeMemory.AlignedAlloc((nuint)capacity, HugePageLength);
        PlatformCalls.AdviseHugePages((nint)_start, capacity);
    }

    /// <summary>Frees what an owner forgot: the collector does not know how much hangs on this small object.</summary>
    ~NativeArena() => Free();

    /// <summary>Bytes in all.</summary>
    public long Capacity { get; }

    /// <summary>Bytes handed out, with <see cref="ReservedBytes"/>.</summary>
    public long Used => Volatile.Read(ref _used);

    /// <summary>The address of offset 0.</summary>
    public byte* Start
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _start;
    }

    /// <summary>The bytes of the arena that an allocation of <paramref name="length"/> takes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long AlignedLength(long length) => (length + (Alignment - 1)) & -Alignment;

    /// <summary>Takes bytes and returns the offset of the first. Thread-safe.</summary>
    /// <remarks>
    /// Requires: they fit. Users reserve before they write (a log record without its entry in memory would be a hole), so running out
    /// here is a fault of the program and not a condition to handle.
    /// </remarks>
    /// <exception cref="InvalidOperationException">The bytes do not fit.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Allocate(long length)
    {
        Debug.Assert(length > 0, "An allocation has a length.");
        Debug.Assert(_start != null, "The arena was disposed.");
        length = AlignedLength(length);
        long end = Interlocked.Add(ref _used, length);
        if (end > Capacity)
        {
            ThrowFull(length);
        }

        return (uint)(end - length);
    }

    /// <summary>
    /// Makes the system back what is not allocated yet with memory now, so that later writes take no page faults: a large page costs up to
    /// 5 ms. May run beside allocations and writes. Does nothing where the system has no call for it.
    /// </summary>
    public void Populate()
    {
        // In steps: the call keeps other changes to the address space waiting.
        for (long offset = Used / HugePageLength * HugePageLength; offset < Capacity; offset += HugePageLength)
        {
            PlatformCalls.Populate((nint)_start + (nint)offset, Math.Min(HugePageLength, Capacity - offset));
        }
    }

    /// <summary>Forgets all allocations. Requires: nobody uses them.</summary>
    public void Reset() => Volatile.Write(ref _used, ReservedBytes);

    /// <inheritdoc/>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_start);
        _start = null;
    }

    private void ThrowFull(long length) =>
        throw new InvalidOperationException(
            $"An arena of {Capacity} bytes has no room for {length} more: its user wrote more than it had reserved.");
}
