using Basalt.Engine.Segments;

namespace Basalt.Engine.Manifest;

/// <summary>A segment of this database: where it lies, what is known of it, and its reader once somebody asked.</summary>
internal sealed class Segment(SegmentFile file, long offset, SegmentMetadata metadata) : IDisposable
{
    private readonly Lock _openLock = new();
    private SegmentReader? _reader;

    public SegmentId Id { get; } = new(file.Number, offset);

    public SegmentFile File { get; } = file;

    public long Offset { get; } = offset;

    public SegmentMetadata Metadata { get; } = metadata;

    public ReadOnlySpan<byte> SmallestKey => Metadata.SmallestKey.Span;

    public ReadOnlySpan<byte> LargestKey => Metadata.LargestKey.Span;

    public SegmentReader Open(BlockCache cache)
    {
        SegmentReader? reader = Volatile.Read(ref _reader);
        if (reader is not null)
        {
            return reader;
        }

        lock (_openLock)
        {
            return _reader ??= SegmentReader.Open(File.Content, Offset, Metadata, cache);
        }
    }

    /// <summary>Whether any of the keys from <paramref name="smallest"/> to <paramref name="largest"/> may be inside.</summary>
    public bool Overlaps(ReadOnlySpan<byte> smallest, ReadOnlySpan<byte> largest) =>
        SmallestKey.SequenceCompareTo(largest) <= 0 && LargestKey.SequenceCompareTo(smallest) >= 0;

    public bool MayContain(ReadOnlySpan<byte> key) => Overlaps(key, key);

    public void Dispose()
    {
        lock (_openLock)
        {
            _reader?.Dispose();
            _reader = null;
        }
    }
}
