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

    /// <summary>A scan between any two keys; a null bound is open. Seeks to a key after the first few entries, if there is one.</summary>
    internal sealed record Scan(int Keyspace, byte[]? Lower, byte[]? Upper, bool Reverse, byte[]? Seek) : Operation
    {
        public override string ToString() => $"Scan({Keyspace}, {Hex(Lower)}, {Hex(Upper)}, {Reverse}, {Hex(Seek)})";

        private static string Hex(byte[]? key) => key is null ? "open" : Convert.ToHexString(key);
    }

    internal sealed record ScanPrefix(int Keyspace, byte[] Prefix) : Operation
    {
        public override string ToString() => $"ScanPrefix({Keyspace}, {Convert.ToHexString(Prefix)})";
    }

    internal sealed record TakeLease : Operation;

    internal sealed record RestoreLease(int Index) : Operation;
}
