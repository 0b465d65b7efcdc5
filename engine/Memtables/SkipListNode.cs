using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Basalt.Engine.Memtables;

/// <summary>
/// The fixed part of a skip list node in an arena. The tower of links lies <i>before</i> it, lowest link nearest, and key and value
/// right after it, so that the link, the numbers and the key that one step of a search reads share a cache line or two.
/// </summary>
/// <remarks>Everything but the links is written before the node is linked and never again.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = sizeof(uint))]
internal unsafe struct SkipListNode
{
    public uint Keyspace;

    /// <summary>See <see cref="Keys.KeyPrefix"/>: decides most comparisons.</summary>
    public ulong Prefix;

    /// <summary>Sequence number and kind.</summary>
    public ulong Trailer;

    public int KeyLength;

    public int ValueLength;

    /// <summary>Bytes of this structure.</summary>
    public static int HeaderLength
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(SkipListNode);
    }

    public static ReadOnlySpan<byte> KeyOf(SkipListNode* node) => new(KeyStart(node), node->KeyLength);

    public static ReadOnlySpan<byte> ValueOf(SkipListNode* node) => new(ValueStart(node), node->ValueLength);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* KeyStart(SkipListNode* node) => (byte*)(node + 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* ValueStart(SkipListNode* node) => KeyStart(node) + node->KeyLength;

    /// <summary>The link of a level: the arena offset of the next node there, 0 at the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref uint Link(SkipListNode* node, int level) => ref *((uint*)node - 1 - level);
}
