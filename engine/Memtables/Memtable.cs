using System.Diagnostics;
using Basalt.Engine.Iteration;
using Basalt.Engine.Keys;
using Basalt.Engine.Memory;
using Basalt.Engine.Segments;

namespace Basalt.Engine.Memtables;

/// <summary>
/// The newest writes of all keyspaces, sorted in memory. Any number of threads insert and read at once.
/// </summary>
/// <remarks>
/// Life: writers reserve under the commit lock (<see cref="TryBeginInsert"/>) and insert outside of it; when a reservation is refused, or
/// a snapshot cuts, the table is sealed, which means that nobody reserves in it again; <see cref="WaitForInserts"/> then waits for those
/// that had, and from there on the table is immutable and may be flushed. The arena goes back to its pool with the last reference.
/// </remarks>
internal sealed unsafe class Memtable
{
    /// <summary>Arena bytes of an empty table. A batch fits an arena of this plus <see cref="BytesFor"/> for each of its entries.</summary>
    public static readonly long EmptyBytes = NativeArena.ReservedBytes + ArenaSkipList.HeadBytes;

    private readonly object _drained = new();
    private readonly NativeArena _arena;
    private readonly ArenaPool _pool;
    private readonly ArenaSkipList _list;
    private long _reservedBytes;
    private long _entryCount;
    private int _references = 1;
    private bool _isAwaited;

    /// <summary>Creates an empty table with one reference, the caller's.</summary>
    /// <param name="arena">An empty arena; the table owns it from now on.</param>
    /// <param name="pool">Where the arena goes in the end.</param>
    public Memtable(NativeArena arena, ArenaPool pool)
    {
        Debug.Assert(arena.Used == NativeArena.ReservedBytes, "A memtable starts in an empty arena.");
        _arena = arena;
        _pool = pool;
        _list = new ArenaSkipList(arena);
    }

    /// <summary>Arena bytes in use.</summary>
    public long UsedBytes => _arena.Used;

    /// <summary>Entries, tombstones and old versions among them.</summary>
    public long EntryCount => Volatile.Read(ref _entryCount);

    /// <summary>The most arena bytes an entry takes.</summary>
    public static long BytesFor(int keyLength, int valueLength) => ArenaSkipList.BytesFor(keyLength, valueLength);

    /// <summary>
    /// Reserves room for inserts of up to <paramref name="worstCaseBytes"/>, the sum of <see cref="BytesFor"/> over their entries; false if that
    /// is more than is left. Each success must be followed by one <see cref="EndInsert"/> with the same bytes. Requires: commit lock held.
    /// </summary>
    public bool TryBeginInsert(long worstCaseBytes)
    {
        Debug.Assert(!_isAwaited, "The memtable is sealed.");

        // In this order: an insert that ends between the two reads is counted twice, never missed.
        long reserved = Volatile.Read(ref _reservedBytes);
        long used = _arena.Used;
        if (worstCaseBytes > _arena.Capacity - used - reserved)
        {
            return false;
        }

        Interlocked.Add(ref _reservedBytes, worstCaseBytes);
        return true;
    }

    /// <summary>Takes the page faults of inserts to come here and now. May run beside inserts.</summary>
    public void Populate() => _arena.Populate();

    /// <summary>Adds an entry. Requires: covered by a reservation; no other entry has this key and trailer.</summary>
    public void Insert(uint keyspace, ReadOnlySpan<byte> key, ulong trailer, ReadOnlySpan<byte> value)
    {
        Debug.Assert(Volatile.Read(ref _reservedBytes) > 0, "Inserts are reserved first.");
        _list.Insert(keyspace, key, trailer, value);
        Interlocked.Increment(ref _entryCount);
    }

    /// <summary>Ends a reservation, on any thread, after its inserts.</summary>
    public void EndInsert(long worstCaseBytes)
    {
        long reserved = Interlocked.Add(ref _reservedBytes, -worstCaseBytes);
        Debug.Assert(reserved >= 0, "More reservations ended than began.");
        if (reserved == 0 && Volatile.Read(ref _isAwaited))
        {
            lock (_drained)
            {
                Monitor.PulseAll(_drained);
            }
        }
    }

    /// <summary>Waits until no insert is in flight. Requires: sealed, so that none begins any more.</summary>
    public void WaitForInserts()
    {
        var spin = default(SpinWait);
        while (Volatile.Read(ref _reservedBytes) != 0 && !spin.NextSpinWillYield)
        {
            spin.SpinOnce();
        }

        lock (_drained)
        {
            // Either the last insert sees that it is awaited, or we see that it has ended: both sides put a full fence between their
            // write and their read.
            Volatile.Write(ref _isAwaited, true);
            Interlocked.MemoryBarrier();
            while (Volatile.Read(ref _reservedBytes) != 0)
            {
                Monitor.Wait(_drained);
            }
        }
    }

    /// <summary>Looks for the newest version of a key that is not newer than <paramref name="sequence"/>.</summary>
    /// <param name="keyspace">The keyspace.</param>
    /// <param name="key">The key.</param>
    /// <param name="sequence">The newest sequence number that counts.</param>
    /// <param name="value">If found, points at the value, for as long as the caller holds a reference.</param>
    public LookupResult TryGet(uint keyspace, ReadOnlySpan<byte> key, ulong sequence, ref PinnedValue value)
    {
        var target = new SkipListTarget(keyspace, key, InternalKey.SeekTrailer(sequence));
        SkipListNode* node = _list.FindAtOrAfter(in target);
        if (node == null || !target.HasKeyOf(node))
        {
            return LookupResult.NotFound;
        }

        if (InternalKey.KindOf(node->Trailer) == ValueKind.Delete)
        {
            return LookupResult.Deleted;
        }

        value.Set(SkipListNode.ValueStart(node), node->ValueLength);
        return LookupResult.Found;
    }

    /// <summary>A cursor over one keyspace, which sees inserts as they come. It holds a reference until it is disposed.</summary>
    public InternalIterator CreateIterator(uint keyspace) => new MemtableIterator(this, _list, keyspace);

    /// <summary>A cursor over all keyspaces. Requires: the caller's reference outlives it.</summary>
    public MemtableFlushCursor CreateFlushCursor() => new(_list);

    /// <summary>Takes a reference. Requires: the caller knows of one that cannot go away meanwhile.</summary>
    public void AddReference()
    {
        int references = Interlocked.Increment(ref _references);
        Debug.Assert(references > 1, "The memtable was freed before.");
    }

    /// <summary>Gives a reference back; the last one frees the memory.</summary>
    public void Release()
    {
        int references = Interlocked.Decrement(ref _references);
        Debug.Assert(references >= 0, "More references given back than taken.");
        if (references == 0)
        {
            _pool.Return(_arena);
        }
    }
}
