using System.Runtime.InteropServices;
using Basalt.Bench.Load;
using Basalt.Engine;
using Basalt.Engine.Compression;
using Basalt.Engine.Keys;
using Basalt.Engine.Segments;
using BenchmarkDotNet.Attributes;

namespace Basalt.Bench.Micro;

/// <summary>A data block of 4 KiB: lookups, compression and decompression.</summary>
public unsafe class BlockBenchmarks
{
    private readonly BlockCodec _codec = BlockCodec.For(CompressionKind.Lz4);
    private readonly List<byte[]> _keys = [];
    private byte[] _content = [];
    private byte[] _compressed = [];
    private byte[] _scratch = [];
    private byte* _memory;
    private DataBlock _block;
    private int _next;

    [GlobalSetup]
    public void SetUp()
    {
        using DataBlockBuilder builder = new(4096);
        ValueSource values = new(100, 1);
        for (ulong number = 0; builder.IsEmpty || builder.Fits(KeyFormat.Length, values.Length); number++)
        {
            byte[] key = new byte[KeyFormat.Length];
            KeyFormat.WriteOrdered(number, key);
            int shared = _keys.Count == 0 ? 0 : key.AsSpan().CommonPrefixLength(_keys[^1]);
            builder.Add(shared, key, InternalKey.Pack(number + 1, ValueKind.Put), values.Next());
            _keys.Add(key);
        }

        _content = builder.Finish().ToArray();
        _memory = (byte*)NativeMemory.Alloc((nuint)_content.Length);
        _content.CopyTo(new Span<byte>(_memory, _content.Length));
        if (!DataBlock.TryParse(_memory, _content.Length, out _block))
        {
            throw new InvalidOperationException("The block that was just built cannot be parsed.");
        }

        _scratch = new byte[_codec.MaxCompressedLength(_content.Length)];
        _compressed = _scratch[.._codec.Compress(_content, _scratch)];
    }

    [Benchmark]
    public bool Seek()
    {
        _next = _next + 1 == _keys.Count ? 0 : _next + 1;
        return _block.TryFind(_keys[_next], InternalKey.NewestTrailer, out _);
    }

    [Benchmark]
    public int Lz4Compress() => _codec.Compress(_content, _scratch);

    [Benchmark]
    public bool Lz4Decompress() => _codec.TryDecompress(_compressed, _scratch.AsSpan(0, _content.Length));

    [GlobalCleanup]
    public void CleanUp() => NativeMemory.Free(_memory);
}
