using System.Diagnostics;
using Basalt.Engine.Iteration;
using Basalt.Engine.Keys;

namespace Basalt.Engine.Memtables;

/// <summary>
/// A cursor over one keyspace of a memtable. Links point forward only, so a step back is a search for the predecessor.
/// </summary>
internal sealed unsafe class MemtableIterator : InternalIterator
{
    private readonly ArenaSkipList _list;
    private readonly uint _keyspace;
    private Memtable? _memtable;
    private SkipListNode* _node;

    public MemtableIterator(Memtable memtable, ArenaSkipList list, uint keyspace)
    {
        memtable.AddReference();
        _memtable = memtable;
        _list = list;
        _keyspace = keyspace;
    }

    public override bool IsValid => _node != null;

    public override ReadOnlySpan<byte> Key => SkipListNode.KeyOf(Current);

    public override ulong Trailer => Current->Trailer;

    public override ReadOnlySpan<byte> Value => SkipListNode.ValueOf(Current);

    private SkipListNode* Current
    {
        get
        {
            Debug.Assert(_node != null, "The cursor stands on no entry.");
            return _node;
        }
    }

    public override void SeekToFirst() => Seek([], InternalKey.NewestTrailer);

    public override void SeekToLast() =>
        MoveTo(_keyspace == uint.MaxValue
            ? _list.FindLast()
            : _list.FindBefore(new SkipListTarget(_keyspace + 1, [], InternalKey.NewestTrailer)));

    public override void Seek(ReadOnlySpan<byte> key, ulong trailer) =>
        MoveTo(_list.FindAtOrAfter(new SkipListTarget(_keyspace, key, trailer)));

    public override void SeekBefore(ReadOnlySpan<byte> key, ulong trailer) =>
        MoveTo(_list.FindBefore(new SkipListTarget(_keyspace, key, trailer)));

    public override void Next() => MoveTo(_list.Next(Current));

    public override void Previous() => SeekBefore(Key, Trailer);

    public override void Dispose()
    {
        _node = null;
        _memtable?.Release();
        _memtable = null;
    }

    private void MoveTo(SkipListNode* node)
    {
        Debug.Assert(_memtable != null, "The cursor was disposed.");
        _node = node != null && node->Keyspace == _keyspace ? node : null;
    }
}
