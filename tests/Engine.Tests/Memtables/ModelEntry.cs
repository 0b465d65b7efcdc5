using Basalt.Engine.Keys;

namespace Basalt.Engine.Tests.Memtables;

/// <summary>One entry of a memtable, ordered as the memtable orders them.</summary>
internal sealed record ModelEntry(uint Keyspace, byte[] Key, ulong Sequence, ValueKind Kind, byte[] Value) : IComparable<ModelEntry>
{
    public ulong Trailer => InternalKey.Pack(Sequence, Kind);

    public int CompareTo(ModelEntry? other)
    {
        int order = Keyspace.CompareTo(other!.Keyspace);
        return order != 0 ? order : InternalKey.Compare(Key, Trailer, other.Key, other.Trailer);
    }

    public override string ToString() => $"{Keyspace}/{Convert.ToHexString(Key)}@{Sequence}:{Kind}={Value.Length}";
}
