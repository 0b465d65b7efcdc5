using Basalt.Engine.Checksums;
using BenchmarkDotNet.Attributes;

namespace Basalt.Bench.Micro;

/// <summary>CRC32C of a log record, a data block and a large buffer.</summary>
public class ChecksumBenchmarks
{
    private byte[] _data = [];

    [Params(128, 4096, 1 << 20)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _data = new byte[Bytes];
        new Random(1).NextBytes(_data);
    }

    [Benchmark]
    public uint Crc32CCompute() => Crc32C.Compute(_data);
}
