namespace Basalt.Engine.Memtables;

/// <summary>
/// Walks all entries of a memtable in the order in which segments are written: keyspace, key, newest version first. Starts before the first.
/// </summary>
internal unsafe ref struct MemtableFlushCursor
{
    private readonly ArenaSkipList _list;
    private SkipListNode* _node;
    private bool _isStarted;

    public MemtableFlushCursor(ArenaSkipList list) => _list = list;

    /// <summary>Moves on; false at the end.</summary>
    public bool MoveNext()
    {
        if (!_isStarted)
        {
            _isStarted = true;
            _node = _list.First;
        }
        else if (_node != null)
        {
            _node = _list.Next(_node);
        }

        return _node != null;
    }

    /// <summary>The keyspace of the current entry.</summary>
    public readonly uint Keyspace => _node->Keyspace;

    /// <summary>The user key of the current entry.</summary>
    public readonly ReadOnlySpan<byte> Key => SkipListNode.KeyOf(_node);

    /// <summary>Sequence number and kind of the current entry.</summary>
    public readonly ulong Trailer => _node->Trailer;

    /// <summary>The value of the current entry; empty for a tombstone.</summary>
    public readonly ReadOnlySpan<byte> Value => SkipListNode.ValueOf(_node);
}
