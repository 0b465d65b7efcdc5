using System.Buffers.Binary;
using System.Runtime.CompilerServices;

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
        _prefix = PrefixOf(key);
        _trailer = trailer;
    }

    /// <summary>See <see cref="SkipListNode.Prefix"/>.</summary>
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

    private static ulong PrefixOf(ReadOnlySpan<byte> key)
    {
        if (key.Length >= sizeof(ulong))
        {
            return BinaryPrimitives.ReadUInt64BigEndian(key);
        }

        ulong prefix = 0;
        int shift = 64;
        foreach (byte b in key)
        {
            shift -= 8;
            prefix |= (ulong)b << shift;
        }

        return prefix;
    }

    private bool IsAfterSamePrefix(SkipListNode* node)
    {
        // A key shorter than the prefix was padded with zeros: the other key equals it as far as it goes, so the shorter is the lesser.
        int order = node->KeyLength < sizeof(ulong) || _key.Length < sizeof(ulong)
            ? node->KeyLength.CompareTo(_key.Length)
            : SkipListNode.KeyOf(node)[sizeof(ulong)..].SequenceCompareTo(_key[sizeof(ulong)..]);
        return order != 0 ? order < 0 : node->Trailer > _trailer;
    }
}
