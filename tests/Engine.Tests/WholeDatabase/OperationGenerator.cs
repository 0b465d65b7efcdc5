using FsCheck;
using FsCheck.Fluent;

namespace Basalt.Engine.Tests.WholeDatabase;

/// <summary>Generates random walks and shrinks them by leaving steps out.</summary>
internal static class OperationGenerator
{
    public const int Keyspaces = 3;

    public static Arbitrary<Operation[]> Walks(int longest)
    {
        Gen<Operation[]> walks =
            from length in Gen.Choose(1, longest)
            from steps in Step.ArrayOf(length)
            select steps;
        return Arb.From(walks, Shrink);
    }

    private static Gen<byte[]> Key =>
        from length in Gen.Choose(0, 3)
        from bytes in Gen.Elements<byte>(0, 1, (byte)'a', 0xFF).ArrayOf(length)
        select bytes;

    private static Gen<int> KeyspaceIndex => Gen.Choose(0, Keyspaces - 1);

    private static Gen<int> ValueLength => Gen.Frequency((8, Gen.Choose(0, 40)), (1, Gen.Choose(3000, 20_000)));

    private static Gen<Operation> Write => Gen.Frequency(
        (4, from keyspace in KeyspaceIndex from key in Key from value in ValueLength select (Operation)new Operation.Put(keyspace, key, value)),
        (2, from keyspace in KeyspaceIndex from key in Key select (Operation)new Operation.Delete(keyspace, key)));

    private static Gen<Operation> Step => Gen.Frequency(
        (20, Write),
        (5, from count in Gen.Choose(1, 6) from writes in Write.ArrayOf(count) select (Operation)new Operation.Batch(writes)),
        (3, Gen.Constant<Operation>(new Operation.Flush())),
        (2, from keyspace in KeyspaceIndex select (Operation)new Operation.Compact(keyspace)),
        (2, Gen.Constant<Operation>(new Operation.Reopen())),
        (2, Gen.Constant<Operation>(new Operation.TakeSnapshot())),
        (2, from index in Gen.Choose(0, 3) select (Operation)new Operation.ReadSnapshot(index)),
        (1, from index in Gen.Choose(0, 3) select (Operation)new Operation.CloseSnapshot(index)),
        (1, from keyspace in KeyspaceIndex select (Operation)new Operation.DropKeyspace(keyspace)),
        (4, Scan),
        (1, from keyspace in KeyspaceIndex from prefix in Key select (Operation)new Operation.ScanPrefix(keyspace, prefix)),
        (1, Gen.Constant<Operation>(new Operation.TakeLease())),
        (1, from index in Gen.Choose(0, 2) select (Operation)new Operation.RestoreLease(index)),
        (3, Gen.Constant<Operation>(new Operation.Verify())));

    private static Gen<byte[]?> Bound => Gen.Frequency((1, Gen.Constant<byte[]?>(null)), (3, Key.Select(key => (byte[]?)key)));

    private static Gen<Operation> Scan =>
        from keyspace in KeyspaceIndex
        from lower in Bound
        from upper in Bound
        from reverse in Gen.Elements(true, false)
        from seek in Bound
        select (Operation)new Operation.Scan(keyspace, lower, upper, reverse, seek);

    private static IEnumerable<Operation[]> Shrink(Operation[] walk)
    {
        for (int chunk = walk.Length / 2; chunk > 0; chunk /= 2)
        {
            for (int start = 0; start + chunk <= walk.Length; start += chunk)
            {
                yield return [.. walk[..start], .. walk[(start + chunk)..]];
            }
        }
    }
}
