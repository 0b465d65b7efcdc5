using System.IO.Hashing;
using Basalt.Engine.Checksums;
using Basalt.Engine.Recovery;
using Basalt.Engine.Storage;

namespace Basalt.Engine;

/// <summary>A segment on its way into a database. Not visible to anyone before <see cref="SegmentIngest.CommitAsync"/>.</summary>
public sealed class StagedSegment : IAsyncDisposable
{
    private const long WriteBackBytes = 1 << 20;

    private readonly IFileSystem _files;
    private readonly StagedFile _staged;
    private readonly IWritableFile _file;
    private readonly XxHash128 _whole = new();
    private readonly XxHash128 _extent = new();
    private uint _extentCrc;
    private long _extentLength;
    private int _extentIndex;
    private long _writtenBack;
    private bool _syncBegan;

    internal StagedSegment(IFileSystem files, StagedFile staged, IWritableFile file)
    {
        _files = files;
        _staged = staged;
        _file = file;
    }

    private SegmentMetadata Metadata => _staged.Metadata;

    /// <summary>Appends bytes. The call may block for as long as the page cache needs to take them.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ReadOnlySpan<byte> rest = data.Span;
        if (_file.Length + rest.Length > Metadata.Length)
        {
            throw Mismatch($"it is longer than {Metadata.Length} bytes");
        }

        _file.Append(rest);
        _whole.Append(rest);
        while (!rest.IsEmpty)
        {
            int taken = (int)Math.Min(rest.Length, Metadata.Extents[_extentIndex].Length - _extentLength);
            _extent.Append(rest[..taken]);
            _extentCrc = Crc32C.Append(_extentCrc, rest[..taken]);
            _extentLength += taken;
            rest = rest[taken..];
            if (_extentLength == Metadata.Extents[_extentIndex].Length)
            {
                CheckExtent();
            }
        }

        if (_file.Length - _writtenBack >= WriteBackBytes)
        {
            _file.StartWriteBack(_writtenBack, _file.Length - _writtenBack);
            _writtenBack = _file.Length;
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Verifies length and digests of all that was written and makes it durable.</summary>
    /// <exception cref="DatabaseException"><see cref="DatabaseError.Corruption"/>: the bytes are not the segment's.</exception>
    public async ValueTask CompleteAsync(CancellationToken cancellationToken = default)
    {
        if (_staged.IsComplete)
        {
            return;
        }

        if (_file.Length != Metadata.Length)
        {
            throw Mismatch($"it has {_file.Length} bytes instead of {Metadata.Length}");
        }

        if (_whole.GetCurrentHashAsUInt128() != Metadata.Digest)
        {
            throw Mismatch("its digest differs");
        }

        if (_syncBegan)
        {
            // The system may have dropped the pages that it failed to write: another sync would report success without them.
            throw new DatabaseException(
                DatabaseError.InputOutput, $"The segment {Metadata.Origin} was not synced at the first attempt; stage it anew.", _file.Path);
        }

        await Task.Run(Sync, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes the file; an incomplete segment makes the commit fail.</summary>
    public ValueTask DisposeAsync()
    {
        _file.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Sync()
    {
        _syncBegan = true;
        _file.Sync();
        _staged.Complete(_files, _file.Path);
    }

    private void CheckExtent()
    {
        ExtentDigest expected = Metadata.Extents[_extentIndex];
        if (_extent.GetCurrentHashAsUInt128() != expected.XxHash128 || _extentCrc != expected.Crc32C)
        {
            throw Mismatch($"extent {_extentIndex} differs");
        }

        _extent.Reset();
        _extentCrc = 0;
        _extentLength = 0;
        _extentIndex++;
    }

    private DatabaseException Mismatch(string difference) => DatabaseException.Corruption(
        $"The bytes for segment {Metadata.Origin} of keyspace '{_staged.Keyspace}' are not the ones it was written with: {difference}.", _staged.Path);
}
