namespace Basalt.Engine.Memtables;

internal ref struct MemtableFlushCursor
{
    public bool MoveNext() => throw new NotImplementedException();

    public uint Keyspace => throw new NotImplementedException();

    public ReadOnlySpan<byte> Key => throw new NotImplementedException();

    public ulong Trailer => throw new NotImplementedException();

    public ReadOnlySpan<byte> Value => throw new NotImplementedException();
}
