using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using Basalt.Engine.Checksums;
using Basalt.Engine.Compression;
using Basalt.Engine.Keys;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Segments;

/// <summary>
/// Writes one segment to the end of a file. <see cref="Add"/> entries in order, then <see cref="Finish"/> once; the caller syncs the
/// file. Not thread-safe.
/// </summary>
internal sealed class SegmentWriter : IDisposable
{
    private readonly SegmentWriterOptions _options;
    private readonly SegmentOrigin _origin;
    private readonly BlockCodec? _codec;
    private readonly SegmentDigester _digester;
    private readonly SegmentOutput _output;
    private readonly DataBlockBuilder _block;
    private readonly IndexBuilder _index = new();
    private readonly BloomFilterBuilder _filter;
    private byte[] _lastKey = ArrayPool<byte>.Shared.Rent(256);
    private int _lastKeyLength;
    private ulong _lastTrailer;
    private byte[] _smallestKey = [];
    private ulong _smallestSequence = ulong.MaxValue;
    private ulong _largestSequence;
    private long _tombstoneCount;
    private long _rawBytes;
    private bool _isFinished;

    /// <param name="file">The segment starts at its present end.</param>
    /// <param name="origin">Where the segment is being born; stored in it.</param>
    /// <param name="options">How to write it.</param>
    /// <param name="extentSize">Bytes of an extent; another size than the format's is for tests.</param>
    public SegmentWriter(
        IWritableFile file,
        SegmentOrigin origin,
        SegmentWriterOptions options,
        long extentSize = SegmentMetadata.ExtentSize)
    {
        Debug.Assert(origin.Offset == file.Length, "A segment is born where the file ends.");
        _options = options;
        _origin = origin;
        _codec = options.Compression == CompressionKind.None ? null : BlockCodec.For(options.Compression);
        _digester = new SegmentDigester(extentSize);
        _output = new SegmentOutput(file, _digester);
        _block = new DataBlockBuilder(options.BlockSize);
        _filter = new BloomFilterBuilder(options.FilterBitsPerKey);
    }

    /// <summary>Entries so far.</summary>
    public long EntryCount { get; private set; }

    /// <summary>Bytes of the segment if it were finished now, the pending block taken as incompressible.</summary>
    public long EstimatedLength =>
        _output.Length + (_isFinished ? 0 : _block.Length + _index.Length + _filter.Length + SegmentFormat.FooterLength);

    private ReadOnlySpan<byte> LastKey => _lastKey.AsSpan(0, _lastKeyLength);

    /// <summary>Adds an entry, which must sort after the last one. Allocates nothing in steady state.</summary>
    /// <exception cref="DatabaseException">The entry is out of order, or key or value is too long.</exception>
    public void Add(ReadOnlySpan<byte> key, ulong trailer, ReadOnlySpan<byte> value)
    {
        Debug.Assert(!_isFinished);
        if (key.Length > SegmentFormat.MaxKeyLength || value.Length > SegmentFormat.MaxValueLength)
        {
            ThrowTooLong(key.Length, value.Length);
        }

        int shared = key.CommonPrefixLength(LastKey);
        bool isNewKey = EntryCount == 0 || shared < key.Length || shared < _lastKeyLength;
        if (EntryCount > 0 && !SortsAfterLast(key, trailer, shared, isNewKey))
        {
            ThrowOutOfOrder(key, trailer);
        }

        if (!_block.IsEmpty && !_block.Fits(key.Length - shared, value.Length))
        {
            FinishBlock();
        }

        if (_block.IsEmpty)
        {
            BeginBlock(key, shared);
        }

        _block.Add(shared, key, trailer, value);
        if (isNewKey)
        {
            _filter.Add(key);
            RememberKey(key, shared);
        }

        Count(key, trailer, value);
    }

    /// <summary>Writes what is pending and the footer, and returns all that a manifest needs to know. Nothing is synced.</summary>
    /// <exception cref="DatabaseException">There was no entry.</exception>
    public SegmentMetadata Finish()
    {
        if (EntryCount == 0 || _isFinished)
        {
            throw new DatabaseException(
                DatabaseError.InvalidOperation, "A segment needs at least one entry and is finished once");
        }

        FinishBlock();
        WriteSections();
        _output.Flush();
        _isFinished = true;
        (UInt128 digest, var extents) = _digester.Finish();
        return new SegmentMetadata
        {
            Origin = _origin,
            Length = _output.Length,
            Digest = digest,
            Extents = extents,
            SmallestKey = _smallestKey,
            LargestKey = LastKey.ToArray(),
            SmallestSequence = _smallestSequence,
            LargestSequence = _largestSequence,
            EntryCount = EntryCount,
            TombstoneCount = _tombstoneCount,
            RawBytes = _rawBytes,
        };
    }

    public void Dispose()
    {
        _output.Dispose();
        _block.Dispose();
        _index.Dispose();
        _filter.Dispose();
        ArrayPool<byte>.Shared.Return(_lastKey);
        _lastKey = [];
        _lastKeyLength = 0;
    }

    private bool SortsAfterLast(ReadOnlySpan<byte> key, ulong trailer, int shared, bool isNewKey) =>
        !isNewKey ? trailer < _lastTrailer
        : shared < key.Length && (shared == _lastKeyLength || key[shared] > _lastKey[shared]);

    private void BeginBlock(ReadOnlySpan<byte> key, int shared)
    {
        if (EntryCount == 0)
        {
            _smallestKey = key.ToArray();
            _index.BeginFirstBlock();
        }
        else
        {
            _index.BeginBlock(LastKey, _lastTrailer, key, shared);
        }
    }

    private void FinishBlock()
    {
        ReadOnlySpan<byte> raw = _block.Finish();
        Span<byte> stored = _output.GetSpan(raw.Length + SegmentFormat.RawLengthPrefix + SegmentFormat.BlockTrailerLength);
        int length = 0;

        // Less than an eighth saved is not worth the time of each later read.
        int limit = raw.Length - (raw.Length / 8) - SegmentFormat.RawLengthPrefix;
        if (_codec is not null && limit > 0)
        {
            length = _codec.Compress(raw, stored.Slice(SegmentFormat.RawLengthPrefix, limit));
        }

        CompressionKind kind = CompressionKind.None;
        if (length > 0)
        {
            kind = _codec!.Kind;
            BinaryPrimitives.WriteInt32LittleEndian(stored, raw.Length);
            length += SegmentFormat.RawLengthPrefix;
        }
        else
        {
            raw.CopyTo(stored);
            length = raw.Length;
        }

        stored[length++] = (byte)kind;
        BinaryPrimitives.WriteUInt32LittleEndian(stored[length..], Crc32C.Compute(stored[..length]));
        length += SegmentFormat.ChecksumLength;
        _output.Advance(length);
        _index.EndBlock(length);
        _block.Reset();
    }

    private void WriteSections()
    {
        long dataLength = _output.Length;
        ReadOnlySpan<byte> filter = _filter.Finish();
        _output.Write(filter);
        ReadOnlySpan<byte> index = _index.Finish();
        _output.Write(index);
        SegmentProperties properties = new()
        {
            Origin = _origin,
            EntryCount = EntryCount,
            TombstoneCount = _tombstoneCount,
            RawBytes = _rawBytes,
            SmallestSequence = _smallestSequence,
            LargestSequence = _largestSequence,
            SmallestKey = _smallestKey,
            LargestKey = _lastKey.AsMemory(0, _lastKeyLength),
            WrittenWith = _options,
        };
        int propertiesLength = properties.EncodedLength;
        properties.Write(_output.GetSpan(propertiesLength)[..propertiesLength]);
        _output.Advance(propertiesLength);
        SegmentFooter footer = new()
        {
            DataLength = dataLength,
            FilterLength = filter.Length,
            IndexLength = index.Length,
            PropertiesLength = propertiesLength,
            EntryCount = EntryCount,
            BlockCount = _index.BlockCount,
        };
        footer.Write(_output.GetSpan(SegmentFormat.FooterLength));
        _output.Advance(SegmentFormat.FooterLength);
    }

    private void RememberKey(ReadOnlySpan<byte> key, int shared)
    {
        if (key.Length > _lastKey.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(key.Length);
            LastKey.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_lastKey);
            _lastKey = larger;
        }

        key[shared..].CopyTo(_lastKey.AsSpan(shared));
        _lastKeyLength = key.Length;
    }

    private void Count(ReadOnlySpan<byte> key, ulong trailer, ReadOnlySpan<byte> value)
    {
        ulong sequence = InternalKey.SequenceOf(trailer);
        _smallestSequence = Math.Min(_smallestSequence, sequence);
        _largestSequence = Math.Max(_largestSequence, sequence);
        _tombstoneCount += InternalKey.KindOf(trailer) == ValueKind.Delete ? 1 : 0;
        _rawBytes += key.Length + value.Length;
        _lastTrailer = trailer;
        EntryCount++;
    }

    private static void ThrowTooLong(int keyLength, int valueLength) => throw new DatabaseException(
        DatabaseError.LimitExceeded,
        $"A key of {keyLength} or a value of {valueLength} bytes is too long; "
        + $"the limits are {SegmentFormat.MaxKeyLength} and {SegmentFormat.MaxValueLength}");

    private static void ThrowOutOfOrder(ReadOnlySpan<byte> key, ulong trailer) => throw new DatabaseException(
        DatabaseError.InvalidOperation,
        $"Key {Convert.ToHexString(key)} with trailer {trailer:x} does not sort after the last entry of the segment");
}
