using Basalt.Bench.Load;
using Basalt.Engine.Iteration;
using Basalt.Engine.Keys;
using Basalt.Engine.Memory;
using Basalt.Engine.Memtables;
using BenchmarkDotNet.Attributes;

namespace Basalt.Bench.Micro;

/// <summary>The loser tree over sorted runs whose keys are interleaved at random; time for each entry.</summary>
public class MergeBenchmarks
{
    private const int Entries = 80_000;

    private readonly List<Memtable> _runs = [];
    private ArenaPool _arenas = null!;

    [Params(2, 4, 8)]
    public int Runs { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _arenas = new ArenaPool(32L << 20);
        byte[] value = new byte[100];
        for (int run = 0; run < Runs; run++)
        {
            Memtable memtable = new(_arenas.Rent(0), _arenas);
            long share = Entries / Runs;
            using PreparedKeys keys = PreparedKeys.Scattered(run * share, share);
            long room = share * Memtable.BytesFor(KeyFormat.Length, value.Length);
            memtable.TryBeginInsert(room);
            for (int i = 0; i < keys.Count; i++)
            {
                memtable.Insert(1, keys[i], InternalKey.Pack((ulong)i + 1, ValueKind.Put), value);
            }

            memtable.EndInsert(room);
            _runs.Add(memtable);
        }
    }

    [Benchmark(OperationsPerInvoke = Entries)]
    public long Merge()
    {
        using MergingIterator merged = new([.. _runs.Select(run => run.CreateIterator(1))]);
        long bytes = 0;
        for (merged.SeekToFirst(); merged.IsValid; merged.Next())
        {
            bytes += merged.Value.Length;
        }

        return bytes;
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _runs.ForEach(run => run.Release());
        _runs.Clear();
        _arenas.Dispose();
    }
}
