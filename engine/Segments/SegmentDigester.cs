using System.Collections.Immutable;
using System.Diagnostics;
using System.IO.Hashing;
using Basalt.Engine.Checksums;

namespace Basalt.Engine.Segments;

/// <summary>
/// Digests a segment while its bytes pass by: XXH128 of the whole, XXH128 and CRC32C of each extent. The first extent is hashed once,
/// because up to its end the whole is that extent; only segments of several extents pay for two hashes.
/// </summary>
internal sealed class SegmentDigester
{
    private readonly long _extentSize;
    private readonly XxHash128 _whole = new();
    private readonly ImmutableArray<ExtentDigest>.Builder _extents = ImmutableArray.CreateBuilder<ExtentDigest>(1);
    private XxHash128? _extent;
    private uint _extentCrc;
    private long _extentLength;

    /// <summary>Starts a digest.</summary>
    /// <param name="extentSize">Bytes of an extent; another size than the format's is for tests.</param>
    public SegmentDigester(long extentSize = SegmentMetadata.ExtentSize)
    {
        Debug.Assert(extentSize > 0);
        _extentSize = extentSize;
    }

    /// <summary>Bytes digested so far.</summary>
    public long Length { get; private set; }

    /// <summary>Digests the next bytes.</summary>
    public void Append(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            // An extent is closed by the byte after it, so that the last one is never empty.
            if (_extentLength == _extentSize)
            {
                CloseExtent();
                (_extent ??= new XxHash128()).Reset();
            }

            ReadOnlySpan<byte> part = data[..(int)Math.Min(data.Length, _extentSize - _extentLength)];
            _whole.Append(part);
            _extent?.Append(part);
            _extentCrc = Crc32C.Append(_extentCrc, part);
            _extentLength += part.Length;
            Length += part.Length;
            data = data[part.Length..];
        }
    }

    /// <summary>Closes the last extent and returns the digests. Requires: some bytes, and no call before.</summary>
    public (UInt128 Digest, ImmutableArray<ExtentDigest> Extents) Finish()
    {
        Debug.Assert(_extentLength > 0);
        CloseExtent();
        return (_whole.GetCurrentHashAsUInt128(), _extents.ToImmutable());
    }

    private void CloseExtent()
    {
        XxHash128 hash = _extent ?? _whole;
        _extents.Add(new ExtentDigest(_extentLength, hash.GetCurrentHashAsUInt128(), _extentCrc));
        _extentCrc = 0;
        _extentLength = 0;
    }
}
