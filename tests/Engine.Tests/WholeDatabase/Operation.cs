namespace Basalt.Engine.Tests.WholeDatabase;

/// <summary>One step of a random walk over a database.</summary>
internal abstract record Operation
{
    internal sealed record Put(int Keyspace, byte[] Key, int ValueLength) : Operation
    {
        public override string ToString() => $"Put({Keyspace}, {Convert.ToHexString(Key)}, {ValueLength})";
    }

    internal sealed record Delete(int Keyspace, byte[] Key) : Operation
    {
        public override string ToString() => $"Delete({Keyspace}, {Convert.ToHexString(Key)})";
    }

    internal sealed record Batch(IReadOnlyList<Operation> Writes) : Operation
    {
        public override string ToString() => $"Batch({string.Join("; ", Writes)})";
    }

    internal sealed record Flush : Operation;

    internal sealed record Compact(int Keyspace) : Operation;

    internal sealed record Reopen : Operation;

    internal sealed record TakeSnapshot : Operation;

    internal sealed record ReadSnapshot(int Index) : Operation;

    internal sealed record CloseSnapshot(int Index) : Operation;

    internal sealed record DropKeyspace(int Keyspace) : Operation;

    internal sealed record Verify : Operation;
}
