using Basalt.Bench.Load;
using Basalt.Engine.Keys;
using Basalt.Engine.Memory;
using Basalt.Engine.Memtables;
using BenchmarkDotNet.Attributes;

namespace Basalt.Bench.Micro;

/// <summary>Inserts into and lookups in the memtable's skip list: 16-byte keys, 100-byte values, random order.</summary>
public unsafe class SkipListBenchmarks
{
    private const int Entries = 100_000;
    private const int Operations = 1_000;

    private readonly byte[] _value = new byte[100];
    private PreparedKeys _keys = null!;
    private NativeArena _arena = null!;
    private ArenaSkipList _list = null!;
    private NativeArena _growingArena = null!;
    private ArenaSkipList _growing = null!;
    private ulong _sequence;

    [GlobalSetup]
    public void SetUp()
    {
        _keys = PreparedKeys.Scattered(0, Entries);
        _arena = new NativeArena(64L << 20);
        _list = new ArenaSkipList(_arena);
        for (int i = 0; i < Entries; i++)
        {
            _list.Insert(1, _keys[i], InternalKey.Pack((ulong)i, ValueKind.Put), _value);
        }

        _growingArena = new NativeArena(64L << 20);
        _growing = new ArenaSkipList(_growingArena);
    }

    /// <summary>Inserts into a list that grows to 64 MiB and begins anew.</summary>
    [Benchmark(OperationsPerInvoke = Operations)]
    public void Insert()
    {
        if (_growingArena.Used + (Operations * ArenaSkipList.BytesFor(KeyFormat.Length, _value.Length)) > _growingArena.Capacity)
        {
            _growingArena.Reset();
            _growing = new ArenaSkipList(_growingArena);
        }

        for (int i = 0; i < Operations; i++)
        {
            _sequence++;
            _growing.Insert(1, _keys[(long)(_sequence % Entries)], InternalKey.Pack(_sequence, ValueKind.Put), _value);
        }
    }

    [Benchmark(OperationsPerInvoke = Operations)]
    public long Find()
    {
        long found = 0;
        for (int i = 0; i < Operations; i++)
        {
            SkipListTarget target = new(1, _keys[(long)(_sequence++ % Entries)], InternalKey.NewestTrailer);
            found += _list.FindAtOrAfter(in target)->ValueLength;
        }

        return found;
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _keys.Dispose();
        _arena.Dispose();
        _growingArena.Dispose();
    }
}
