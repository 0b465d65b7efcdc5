using Basalt.Engine.Keys;
using Basalt.Engine.Memory;
using Basalt.Engine.Memtables;

namespace Basalt.Engine.Tests.Memtables;

/// <summary>A memtable with a pool of its own.</summary>
internal sealed class MemtableFixture : IDisposable
{
    public MemtableFixture(long capacity = 1 << 20)
    {
        Pool = new ArenaPool(capacity);
        Arena = Pool.Rent(0);
        Table = new Memtable(Arena, Pool);
    }

    public ArenaPool Pool { get; }

    public NativeArena Arena { get; }

    public Memtable Table { get; }

    public void Add(ModelEntry entry)
    {
        long bytes = Memtable.BytesFor(entry.Key.Length, entry.Value.Length);
        Assert.True(Table.TryBeginInsert(bytes));
        Table.Insert(entry.Keyspace, entry.Key, entry.Trailer, entry.Value);
        Table.EndInsert(bytes);
    }

    public void AddAll(IEnumerable<ModelEntry> entries)
    {
        foreach (ModelEntry entry in entries)
        {
            Add(entry);
        }
    }

    public List<ModelEntry> Flushed()
    {
        var entries = new List<ModelEntry>();
        MemtableFlushCursor cursor = Table.CreateFlushCursor();
        while (cursor.MoveNext())
        {
            entries.Add(new ModelEntry(
                cursor.Keyspace,
                cursor.Key.ToArray(),
                InternalKey.SequenceOf(cursor.Trailer),
                InternalKey.KindOf(cursor.Trailer),
                cursor.Value.ToArray()));
        }

        return entries;
    }

    public void Dispose()
    {
        Table.Release();
        Pool.Dispose();
    }
}
