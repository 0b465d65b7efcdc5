using Basalt.Engine.Keys;
using FsCheck;
using FsCheck.Fluent;

namespace Basalt.Engine.Tests.Memtables;

/// <summary>Random writes: few keyspaces and keys that share prefixes, end early, or are padded with zeros, so that orders get close.</summary>
internal static class MemtableModel
{
    public static readonly uint[] Keyspaces = [0, 1, 2, 300, uint.MaxValue];

    public static Gen<byte[]> Key { get; } =
        from prefix in Gen.Elements<byte[]>([], [0], [0, 0, 0, 0, 0, 0, 0, 0], [1, 2, 3, 4, 5, 6, 7], [1, 2, 3, 4, 5, 6, 7, 8], [0xFF, 0xFF])
        from rest in Gen.ArrayOf(Gen.Elements<byte>(0, 1, 0x7F, 0x80, 0xFF))
        from length in Gen.Choose(0, 4)
        select prefix.Concat(rest.Take(length)).ToArray();

    public static Gen<ModelEntry[]> Entries { get; } =
        from writes in Gen.ListOf(
            from keyspace in Gen.Elements(Keyspaces)
            from key in Key
            from isDelete in Gen.Choose(0, 3)
            from length in Gen.Choose(0, 40)
            select (keyspace, key, isDelete: isDelete == 0, length))
        select writes.Select((write, i) => new ModelEntry(
            write.keyspace,
            write.key,
            (ulong)i + 1,
            write.isDelete ? ValueKind.Delete : ValueKind.Put,
            write.isDelete ? [] : ValueOf(i, write.length))).ToArray();

    public static byte[] ValueOf(int seed, int length)
    {
        byte[] value = new byte[length];
        new Random(seed).NextBytes(value);
        return value;
    }
}
