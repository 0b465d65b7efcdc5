using System.Diagnostics;
using System.Runtime.InteropServices;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Memory;

/// <summary>
/// Memory for many pieces of a few sizes that come and go, cut from slabs that are huge pages: reads of pieces all over the memory then
/// miss the TLB far less, which makes a quarter more cached gets. Thread-safe.
/// </summary>
/// <remarks>
/// Each slab serves one size and begins with a header that knows its free pieces, so a piece finds its slab by its address alone. Slabs
/// are got ready beside the callers, because a huge page costs up to 5 ms when it is touched first; meanwhile, and for sizes that a slab
/// suits badly, pieces come from the heap.
/// </remarks>
/// <param name="usesSlabs">False takes everything from the heap: for amounts of which slabs would be too coarse a part.</param>
internal sealed unsafe class SlabMemory(bool usesSlabs) : IDisposable, IThreadPoolWorkItem
{
    /// <summary>All lengths are multiples of this.</summary>
    public const int Granule = 512;

    /// <summary>Longer pieces come from the heap.</summary>
    public const int LongestCut = 32 << 10;

    private const int SlabLength = 2 << 20;
    private const int ReadySlabs = 4;
    private const int Alignment = 64;

    private readonly Lock _lock = new();
    private readonly Slab*[] _partial = new Slab*[(LongestCut / Granule) + 1];
    private Slab* _ready;
    private int _readyCount;
    private int _usedSlabs;
    private bool _isPreparing;
    private bool _isDisposed;

    /// <summary>Frees the slabs that wait for use.</summary>
    ~SlabMemory() => FreeReady();

    /// <summary>Slabs that pieces were cut from and are not all back.</summary>
    public int UsedSlabs => Volatile.Read(ref _usedSlabs);

    /// <summary>A piece of memory, not cleared, aligned to cache lines.</summary>
    /// <param name="length">A multiple of <see cref="Granule"/>.</param>
    /// <param name="isCut">Whether it lies in a slab; <see cref="Return"/> wants to know.</param>
    public byte* Rent(int length, out bool isCut)
    {
        Debug.Assert(length > 0 && length % Granule == 0, "Pieces are made of granules.");
        if (usesSlabs && length <= LongestCut)
        {
            lock (_lock)
            {
                int size = length / Granule;
                Slab* slab = _partial[size];
                if (slab == null && _ready != null)
                {
                    slab = OpenSlab(length);
                }

                PrepareIfNeeded();
                if (slab != null)
                {
                    isCut = true;
                    return Cut(slab);
                }
            }
        }

        isCut = false;
        return (byte*)NativeMemory.AlignedAlloc((nuint)length, Alignment);
    }

    /// <summary>Takes a piece back.</summary>
    public void Return(byte* piece, bool isCut)
    {
        if (!isCut)
        {
            NativeMemory.AlignedFree(piece);
            return;
        }

        Slab* slab = (Slab*)((nint)piece & -(nint)SlabLength);
        lock (_lock)
        {
            bool wasFull = slab->Free == null && slab->Fresh + slab->PieceLength > SlabLength;
            *(byte**)piece = slab->Free;
            slab->Free = piece;
            slab->Used--;
            if (slab->Used == 0)
            {
                if (!wasFull)
                {
                    Unlink(slab);
                }

                _usedSlabs--;
                Keep(slab);
            }
            else if (wasFull)
            {
                Link(slab);
            }
        }
    }

    /// <summary>Gets slabs ready; runs on a thread of the pool.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        while (true)
        {
            Slab* slab = TryAllocate();
            lock (_lock)
            {
                if (slab != null)
                {
                    Keep(slab);
                }

                if (slab == null || _isDisposed || _readyCount >= ReadySlabs)
                {
                    _isPreparing = false;
                    return;
                }
            }
        }
    }

    /// <summary>Pieces may still be out; their slabs go when they are all back.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            FreeReady();
        }

        GC.SuppressFinalize(this);
    }

    // The heap may still have room for a piece where the system has none for a slab.
    private static Slab* TryAllocate()
    {
        try
        {
            Slab* slab = (Slab*)NativeMemory.AlignedAlloc(SlabLength, SlabLength);
            PlatformCalls.AdviseHugePages((nint)slab, SlabLength);
            PlatformCalls.Populate((nint)slab, SlabLength);
            return slab;
        }
        catch (OutOfMemoryException)
        {
            return null;
        }
    }

    // Requires: lock held, a slab ready.
    private Slab* OpenSlab(int length)
    {
        Slab* slab = _ready;
        _ready = slab->Next;
        _readyCount--;
        _usedSlabs++;
        *slab = new Slab { PieceLength = length, Fresh = Alignment };
        Link(slab);
        return slab;
    }

    // Requires: lock held, the slab has room.
    private byte* Cut(Slab* slab)
    {
        byte* piece = slab->Free;
        if (piece != null)
        {
            slab->Free = *(byte**)piece;
        }
        else
        {
            piece = (byte*)slab + slab->Fresh;
            slab->Fresh += slab->PieceLength;
        }

        slab->Used++;
        if (slab->Free == null && slab->Fresh + slab->PieceLength > SlabLength)
        {
            Unlink(slab);
        }

        return piece;
    }

    // Requires: lock held.
    private void PrepareIfNeeded()
    {
        if (!_isPreparing && !_isDisposed && _readyCount < ReadySlabs)
        {
            _isPreparing = true;
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    // Requires: lock held, no piece of it is out.
    private void Keep(Slab* slab)
    {
        if (_isDisposed || _readyCount >= ReadySlabs)
        {
            NativeMemory.AlignedFree(slab);
            return;
        }

        slab->Next = _ready;
        _ready = slab;
        _readyCount++;
    }

    private void FreeReady()
    {
        while (_ready != null)
        {
            Slab* next = _ready->Next;
            NativeMemory.AlignedFree(_ready);
            _ready = next;
        }

        _readyCount = 0;
    }

    // Requires: lock held.
    private void Link(Slab* slab)
    {
        ref Slab* first = ref _partial[slab->PieceLength / Granule];
        slab->Previous = null;
        slab->Next = first;
        if (first != null)
        {
            first->Previous = slab;
        }

        first = slab;
    }

    // Requires: lock held, the slab is linked.
    private void Unlink(Slab* slab)
    {
        if (slab->Previous != null)
        {
            slab->Previous->Next = slab->Next;
        }
        else
        {
            _partial[slab->PieceLength / Granule] = slab->Next;
        }

        if (slab->Next != null)
        {
            slab->Next->Previous = slab->Previous;
        }
    }

    /// <summary>The header of a slab, in its first cache line.</summary>
    private struct Slab
    {
        public Slab* Next;
        public Slab* Previous;
        public byte* Free;
        public int Fresh;
        public int PieceLength;
        public int Used;
    }
}
