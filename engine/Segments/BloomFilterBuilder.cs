using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Basalt.Engine.Checksums;

namespace Basalt.Engine.Segments;

/// <summary>
/// Collects the hashes of a segment's keys, because the size of the filter is known only at its end. They lie outside the managed
/// heap: eight bytes for each key would be a large array that the collector has to copy on each doubling.
/// </summary>
internal sealed unsafe class BloomFilterBuilder : IDisposable
{
    private const int FirstCapacity = 256;

    private readonly int _bitsPerKey;
    private ulong* _hashes;
    private long _capacity;
    private long _count;
    private byte* _section;

    /// <param name="bitsPerKey">Filter bits per key; 0 makes an empty section.</param>
    public BloomFilterBuilder(int bitsPerKey)
    {
        _bitsPerKey = bitsPerKey;
    }

    /// <summary>Bytes of the section if it were finished now.</summary>
    public long Length =>
        _bitsPerKey == 0 ? 0 : (BloomFilter.LinesFor(_count, _bitsPerKey) * BloomFilter.LineLength) + 1 + SegmentFormat.ChecksumLength;

    /// <summary>Adds a user key. Call it once for all versions of one.</summary>
    public void Add(ReadOnlySpan<byte> key)
    {
        if (_bitsPerKey == 0)
        {
            return;
        }

        if (_count == _capacity)
        {
            _capacity = Math.Max(FirstCapacity, 2 * _capacity);
            _hashes = (ulong*)NativeMemory.Realloc(_hashes, checked((nuint)_capacity * sizeof(ulong)));
        }

        _hashes[_count++] = BloomFilter.Hash(key);
    }

    /// <summary>The section: lines, number of probes, checksum. Valid until disposed; call once.</summary>
    public ReadOnlySpan<byte> Finish()
    {
        if (_bitsPerKey == 0)
        {
            return [];
        }

        int length = (int)Length;
        uint lines = (uint)BloomFilter.LinesFor(_count, _bitsPerKey);
        int probes = BloomFilter.ProbesFor(_bitsPerKey);
        _section = (byte*)NativeMemory.AlignedAlloc((nuint)length, BloomFilter.LineLength);
        NativeMemory.Clear(_section, (nuint)length);
        for (long i = 0; i < _count; i++)
        {
            BloomFilter.Add(_section, lines, probes, _hashes[i]);
        }

        Span<byte> section = new(_section, length);
        int end = length - SegmentFormat.ChecksumLength;
        section[end - 1] = (byte)probes;
        BinaryPrimitives.WriteUInt32LittleEndian(section[end..], Crc32C.Compute(section[..end]));
        return section;
    }

    public void Dispose()
    {
        NativeMemory.Free(_hashes);
        NativeMemory.AlignedFree(_section);
        _hashes = null;
        _section = null;
        _capacity = 0;
        _count = 0;
    }
}
