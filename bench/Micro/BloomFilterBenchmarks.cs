using System.Runtime.InteropServices;
using Basalt.Bench.Load;
using Basalt.Engine.Segments;
using BenchmarkDotNet.Attributes;

namespace Basalt.Bench.Micro;

/// <summary>The blocked bloom filter of a segment of a million keys, hashing included.</summary>
public unsafe class BloomFilterBenchmarks
{
    private const int Keys = 1_000_000;
    private const int BitsPerKey = 10;

    private PreparedKeys _keys = null!;
    private byte* _lines;
    private uint _lineCount;
    private long _next;

    [GlobalSetup]
    public void SetUp()
    {
        _keys = PreparedKeys.Scattered(0, 2 * Keys);
        _lineCount = (uint)BloomFilter.LinesFor(Keys, BitsPerKey);
        _lines = (byte*)NativeMemory.AlignedAlloc((nuint)_lineCount * BloomFilter.LineLength, BloomFilter.LineLength);
        NativeMemory.Clear(_lines, (nuint)_lineCount * BloomFilter.LineLength);
        for (int i = 0; i < Keys; i++)
        {
            BloomFilter.Add(_lines, _lineCount, BloomFilter.ProbesFor(BitsPerKey), BloomFilter.Hash(_keys[i]));
        }
    }

    [Benchmark]
    public bool Present() => MayContain(Next());

    [Benchmark]
    public bool Absent() => MayContain(Keys + Next());

    [GlobalCleanup]
    public void CleanUp()
    {
        NativeMemory.AlignedFree(_lines);
        _keys.Dispose();
    }

    private long Next() => _next = _next + 1 == Keys ? 0 : _next + 1;

    private bool MayContain(long key) =>
        BloomFilter.MayContain(_lines, _lineCount, BloomFilter.ProbesFor(BitsPerKey), BloomFilter.Hash(_keys[key]));
}
