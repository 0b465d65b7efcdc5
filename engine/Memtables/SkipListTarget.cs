using System.Runtime.CompilerServices;
using Basalt.Engine.Keys;

namespace Basalt.Engine.Memtables;

/// <summary>
/// A position in the order of a skip list: keyspace ascending, user key ascending as unsigned bytes, trailer descending.
/// </summary>
internal readonly unsafe ref struct SkipListTarget
{
    private readonly ReadOnlySpan<byte> _key;
    private readonly ulong _prefix;
    private readonly ulong _trailer;
    private readonly uint _keyspace;

    public SkipListTarget(uint keyspace, ReadOnlySpan<byte> key, ulong trailer)
    {
        _keyspace = keyspace;
        _key = key;
        _prefix = KeyPrefix.Of(key);
        _trailer = trailer;
    }

    /// <summary>See <see cref="KeyPrefix"/>.</summary>
    public ulong Prefix => _prefix;

    /// <summary>Whether a node comes before this position.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsAfter(SkipListNode* node)
    {
        if (node->Keyspace != _keyspace)
        {
            return node->Keyspace < _keyspace;
        }

        return node->Prefix != _prefix ? node->Prefix < _prefix : IsAfterSamePrefix(node);
    }

    /// <summary>Whether a node holds a version of the key.</summary>
    public bool HasKeyOf(SkipListNode* node) =>
        node->Keyspace == _keyspace && node->Prefix == _prefix && SkipListNode.KeyOf(node).SequenceEqual(_key);

    private bool IsAfterSamePrefix(SkipListNode* node)
    {
        // A key shorter than the prefix was padded with zeros: the other key equals it as far as it goes, so the shorter is the lesser.
        int order = node->KeyLength < KeyPrefix.Length || _key.Length < KeyPrefix.Length
            ? node->KeyLength.CompareTo(_key.Length)
            : SkipListNode.KeyOf(node)[KeyPrefix.Length..].SequenceCompareTo(_key[KeyPrefix.Length..]);
        return order != 0 ? order < 0 : node->Trailer > _trailer;
    }
}
