using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Basalt.Engine.Memory;

namespace Basalt.Engine.Memtables;

/// <summary>
/// A lock-free skip list in an arena: any number of threads insert and read at once, nothing is ever removed.
/// </summary>
/// <remarks>
/// Invariants:
/// <list type="number">
/// <item>A node is complete (fields, key, value, and its link of a level) before a compare-and-swap links it into that level.
/// That is a release; links are read with acquire, so a reader that sees a node sees all of it, on ARM too.</item>
/// <item>Levels are linked from the lowest up: who finds a node on a level finds it on every level below.</item>
/// <item>Each level is sorted at every instant: a node goes between two neighbours, and the swap fails if they are none any more.</item>
/// </list>
/// After W. Pugh, "Skip Lists: A Probabilistic Alternative to Balanced Trees" (1990), with the insertion of M. Herlihy and N. Shavit,
/// "The Art of Multiprocessor Programming", 14.4, without its deletion marks.
/// </remarks>
internal sealed unsafe class ArenaSkipList
{
    /// <summary>
    /// With every other node rising a level, enough for 2^20 entries; more only take longer walks at the top. One node in four, the usual
    /// choice, saves a link of four bytes per entry and costs a third more nodes visited, each a cache miss: 12 % fewer random puts.
    /// </summary>
    private const int MaxHeight = 20;

    [ThreadStatic]
    private static uint _randomState;

    private readonly NativeArena _arena;
    private readonly byte* _start;
    private readonly SkipListNode* _head;

    /// <summary>Creates an empty list. Requires: <see cref="HeadBytes"/> of room in the arena.</summary>
    public ArenaSkipList(NativeArena arena)
    {
        _arena = arena;
        _start = arena.Start;
        uint tower = arena.Allocate(HeadBytes);
        _head = (SkipListNode*)(_start + tower + HeadBytes);
        for (int level = 0; level < MaxHeight; level++)
        {
            SkipListNode.Link(_head, level) = 0;
        }
    }

    /// <summary>Arena bytes of an empty list: a head that is nothing but a tower.</summary>
    public static int HeadBytes => MaxHeight * sizeof(uint);

    /// <summary>The most arena bytes an entry takes.</summary>
    public static long BytesFor(int keyLength, int valueLength) => BytesFor(MaxHeight, keyLength, valueLength);

    /// <summary>Adds an entry. Requires: <see cref="BytesFor(int, int)"/> of room in the arena.</summary>
    [SkipLocalsInit]
    public void Insert(uint keyspace, ReadOnlySpan<byte> key, ulong trailer, ReadOnlySpan<byte> value)
    {
        var target = new SkipListTarget(keyspace, key, trailer);
        int height = RandomHeight();
        SkipListNode* node = CreateNode(height, keyspace, key, target.Prefix, trailer, value);
        uint nodeOffset = (uint)((byte*)node - _start);

        uint* successors = stackalloc uint[MaxHeight];
        SkipListNode** predecessors = stackalloc SkipListNode*[MaxHeight];
        FindNeighbours(in target, predecessors, successors);
        for (int level = 0; level < height; level++)
        {
            SkipListNode* predecessor = predecessors[level];
            uint successor = successors[level];
            while (true)
            {
                Volatile.Write(ref SkipListNode.Link(node, level), successor);
                if (Interlocked.CompareExchange(ref SkipListNode.Link(predecessor, level), nodeOffset, successor) == successor)
                {
                    break;
                }

                // Another node came in between. Nothing is removed, so the place is found from the old predecessor on.
                predecessor = Advance(in target, predecessor, level, out successor);
            }
        }
    }

    /// <summary>The first node at or after a position, or null.</summary>
    public SkipListNode* FindAtOrAfter(in SkipListTarget target)
    {
        SkipListNode* node = _head;
        uint knownAfter = 0;
        for (int level = MaxHeight - 1; ; level--)
        {
            node = Advance(in target, node, level, knownAfter, out knownAfter);
            if (level == 0)
            {
                return At(knownAfter);
            }
        }
    }

    /// <summary>The last node before a position, or null.</summary>
    public SkipListNode* FindBefore(in SkipListTarget target)
    {
        SkipListNode* node = _head;
        uint knownAfter = 0;
        for (int level = MaxHeight - 1; level >= 0; level--)
        {
            node = Advance(in target, node, level, knownAfter, out knownAfter);
        }

        return node == _head ? null : node;
    }

    /// <summary>The last node, or null.</summary>
    public SkipListNode* FindLast()
    {
        SkipListNode* node = _head;
        for (int level = MaxHeight - 1; level >= 0; level--)
        {
            for (SkipListNode* next = Next(node, level); next != null; next = Next(node, level))
            {
                node = next;
            }
        }

        return node == _head ? null : node;
    }

    /// <summary>The first node, or null.</summary>
    public SkipListNode* First => Next(_head, 0);

    /// <summary>The node that follows, or null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public SkipListNode* Next(SkipListNode* node) => Next(node, 0);

    private static long BytesFor(int height, int keyLength, int valueLength) =>
        NativeArena.AlignedLength(((long)height * sizeof(uint)) + SkipListNode.HeaderLength + keyLength + valueLength);

    /// <summary>1 with probability 1/2, 2 with 1/4, and so on.</summary>
    private static int RandomHeight()
    {
        // xorshift32 (Marsaglia 2003). Zero, the state of a new thread, is its only fixed point.
        uint state = _randomState;
        if (state == 0)
        {
            state = (uint)Environment.CurrentManagedThreadId * 0x9E37_79B9;
        }

        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        _randomState = state;
        return Math.Min(MaxHeight, 1 + BitOperations.TrailingZeroCount(state));
    }

    private SkipListNode* CreateNode(
        int height, uint keyspace, ReadOnlySpan<byte> key, ulong prefix, ulong trailer, ReadOnlySpan<byte> value)
    {
        uint tower = _arena.Allocate(BytesFor(height, key.Length, value.Length));
        var node = (SkipListNode*)(_start + tower + ((uint)height * sizeof(uint)));
        node->Prefix = prefix;
        node->Trailer = trailer;
        node->Keyspace = keyspace;
        node->KeyLength = key.Length;
        node->ValueLength = value.Length;
        key.CopyTo(new Span<byte>(SkipListNode.KeyStart(node), key.Length));
        value.CopyTo(new Span<byte>(SkipListNode.ValueStart(node), value.Length));
        return node;
    }

    private void FindNeighbours(in SkipListTarget target, SkipListNode** predecessors, uint* successors)
    {
        SkipListNode* node = _head;
        uint knownAfter = 0;
        for (int level = MaxHeight - 1; level >= 0; level--)
        {
            node = Advance(in target, node, level, knownAfter, out knownAfter);
            predecessors[level] = node;
            successors[level] = knownAfter;
        }
    }

    private SkipListNode* Advance(in SkipListTarget target, SkipListNode* node, int level, out uint successor) =>
        Advance(in target, node, level, 0, out successor);

    /// <summary>
    /// Walks a level to the last node before the target. The node where the level above stopped need not be compared again.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private SkipListNode* Advance(in SkipListTarget target, SkipListNode* node, int level, uint knownAfter, out uint successor)
    {
        while (true)
        {
            uint next = Volatile.Read(ref SkipListNode.Link(node, level));
            if (level > 0 && Sse.IsSupported)
            {
                // Where the walk goes on if the next node turns out to be too far: 8 % more puts.
                Sse.Prefetch0(_start + SkipListNode.Link(node, level - 1));
            }

            if (next == 0 || next == knownAfter || !target.IsAfter((SkipListNode*)(_start + next)))
            {
                successor = next;
                return node;
            }

            node = (SkipListNode*)(_start + next);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private SkipListNode* Next(SkipListNode* node, int level) => At(Volatile.Read(ref SkipListNode.Link(node, level)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private SkipListNode* At(uint offset) => offset == 0 ? null : (SkipListNode*)(_start + offset);
}
