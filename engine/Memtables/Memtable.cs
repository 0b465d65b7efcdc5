using Basalt.Engine.Iteration;
using Basalt.Engine.Memory;
using Basalt.Engine.Segments;

namespace Basalt.Engine.Memtables;

internal sealed class Memtable
{
    public Memtable(NativeArena arena) => throw new NotImplementedException();

    public long UsedBytes => throw new NotImplementedException();

    public long EntryCount => throw new NotImplementedException();

    public static long BytesFor(int keyLength, int valueLength) => throw new NotImplementedException();

    public bool TryBeginInsert(long worstCaseBytes) => throw new NotImplementedException();

    public void Insert(uint keyspace, ReadOnlySpan<byte> key, ulong trailer, ReadOnlySpan<byte> value) => throw new NotImplementedException();

    public void EndInsert(long worstCaseBytes) => throw new NotImplementedException();

    public void WaitForInserts() => throw new NotImplementedException();

    public LookupResult TryGet(uint keyspace, ReadOnlySpan<byte> key, ulong sequence, ref PinnedValue value) => throw new NotImplementedException();

    public InternalIterator CreateIterator(uint keyspace) => throw new NotImplementedException();

    public MemtableFlushCursor CreateFlushCursor() => throw new NotImplementedException();

    public void AddReference() => throw new NotImplementedException();

    public void Release() => throw new NotImplementedException();
}
