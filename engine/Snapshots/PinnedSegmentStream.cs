using System.IO.Hashing;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Snapshots;

/// <summary>
/// One pass over an extent of a leased segment. Bytes are hashed as they go by; the last read fails if they are not the ones that
/// were born. What was read is dropped from the page cache behind the cursor, so that a backup does not push out hot data.
/// </summary>
internal sealed class PinnedSegmentStream : Stream
{
    private const int DropBehindBytes = 1 << 20;

    /// <summary>The disk reads this far ahead while what is there is sent on; the system's own window is a 30th of it.</summary>
    private const int ReadAheadBytes = 4 << 20;

    private readonly SnapshotHandle _handle;
    private readonly PinnedSegment _segment;
    private readonly StreamPacer _pacer;
    private readonly ExtentDigest _digest;
    private readonly long _start;
    private readonly IReadableFile _file;
    private readonly XxHash128 _hash = new();
    private long _position;
    private long _dropped;
    private long _readAhead;

    public PinnedSegmentStream(SnapshotHandle handle, IFileSystem fileSystem, PinnedSegment segment, int extent, StreamPacer pacer)
    {
        _handle = handle;
        _segment = segment;
        _pacer = pacer;
        _digest = segment.Metadata.Extents[extent];
        _start = segment.Offset + (extent * SegmentMetadata.ExtentSize);
        _file = fileSystem.OpenRead(segment.Path);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => _digest.Length;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException("The stream is a single pass.");
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int count = (int)Math.Min(buffer.Length, Length - _position);
        if (count == 0)
        {
            return 0;
        }

        Span<byte> target = buffer[..count];
        _handle.CheckInForce();
        _pacer.Pause();
        ReadAhead();
        Fill(target);
        _hash.Append(target);
        _position += count;
        DropBehind();
        if (_position == Length && _hash.GetCurrentHashAsUInt128() != _digest.XxHash128)
        {
            throw DatabaseException.Damage(
                $"The segment {_segment.Metadata.Origin} of keyspace '{_segment.Keyspace}' no longer has the bytes it was written with.",
                _segment.Path,
                _start);
        }

        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();

        // Local reads of this size are a memory copy or one disk transfer; a thread switch would cost as much. A rest for the sake of
        // writers holds the thread too: it is the readers of low priority that are to rest.
        return new ValueTask<int>(Read(buffer.Span));
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("The stream is a single pass.");

    public override void SetLength(long value) => throw new NotSupportedException("The stream is read-only.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("The stream is read-only.");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Fill(Span<byte> target)
    {
        try
        {
            _file.ReadExactly(target, _start + _position);
        }
        catch (DatabaseException)
        {
            // If the lease lapsed since it was checked, the file may have been cut on its way out: that is no damage.
            _handle.CheckInForce();
            throw;
        }
    }

    private void ReadAhead()
    {
        if (_readAhead < Length && _readAhead - _position <= ReadAheadBytes / 2)
        {
            long end = Math.Min(_position + ReadAheadBytes, Length);
            _file.WillNeed(_start + _readAhead, end - _readAhead);
            _readAhead = end;
        }
    }

    private void DropBehind()
    {
        if (_position - _dropped >= DropBehindBytes || _position == Length)
        {
            _file.DontNeed(_start + _dropped, _position - _dropped);
            _dropped = _position;
        }
    }
}
