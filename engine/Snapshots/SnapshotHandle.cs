using System.Collections.Immutable;
using Basalt.Engine.Manifest;
using Basalt.Engine.Snapshots;

namespace Basalt.Engine;

/// <summary>
/// A consistent, immutable picture of chosen keyspaces at one instant, made of segments that a durable lease keeps on disk: exactly the
/// writes up to <see cref="Sequence"/>. Writers were held for microseconds to take it; compaction goes on beside it.
/// </summary>
/// <remarks>
/// Thread-safe. The lease survives a crash of the process: <see cref="Database.ReopenSnapshotAsync"/> finds it again.
/// Disposing releases it; <see cref="Detach"/> leaves it to be reopened.
/// </remarks>
public sealed class SnapshotHandle : IAsyncDisposable
{
    private readonly DatabaseCore _core;
    private readonly Lease _lease;
    private int _closed;

    internal SnapshotHandle(DatabaseCore core, Lease lease, TimeSpan cutPause)
    {
        _core = core;
        _lease = lease;
        CutPause = cutPause;
        Keyspaces = [.. lease.Keyspaces.Select(keyspace => new PinnedKeyspace(keyspace.Name, [.. keyspace.Segments.Select(placed => Pin(keyspace.Name, placed))]))];
        Length = Keyspaces.Sum(keyspace => keyspace.Length);
    }

    /// <summary>Identity of the lease.</summary>
    public Guid Id => _lease.Grant.Id;

    /// <summary>Who took it.</summary>
    public string Owner => _lease.Grant.Owner;

    /// <summary>The cut: the sequence number of the last write inside.</summary>
    public ulong Sequence => _lease.Grant.Sequence;

    /// <summary>When it was taken (UTC).</summary>
    public DateTimeOffset CreatedAt => _lease.Grant.CreatedAt;

    /// <summary>When the lease lapses unless renewed (UTC).</summary>
    public DateTimeOffset ExpiresAt => _lease.ExpiresAt;

    /// <summary>How long writers were held for the cut; zero for a reopened handle.</summary>
    public TimeSpan CutPause { get; }

    /// <summary>The keyspaces at the cut, ordered by name; empty ones included.</summary>
    public ImmutableArray<PinnedKeyspace> Keyspaces { get; }

    /// <summary>Bytes of all pinned segments.</summary>
    public long Length { get; }

    /// <summary>
    /// Opens one extent of a segment for a single pass. The stream verifies the extent's birth digest when its last byte is read and
    /// leaves no trace in the page cache. Length is known; not seekable.
    /// </summary>
    /// <param name="segment">A segment of this handle.</param>
    /// <param name="extent">Index into <see cref="SegmentMetadata.Extents"/>.</param>
    /// <exception cref="DatabaseException">
    /// The lease has lapsed; or, from a read, <see cref="DatabaseError.Corruption"/> when the bytes do not match their digest.
    /// </exception>
    public Stream OpenExtent(PinnedSegment segment, int extent)
    {
        ArgumentNullException.ThrowIfNull(segment);
        ArgumentOutOfRangeException.ThrowIfNegative(extent);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(extent, segment.Metadata.Extents.Length);
        CheckInForce();
        return new PinnedSegmentStream(this, _core.FileSystem, segment, extent, StreamPacer.Create(() => _core.Metrics.Writes));
    }

    /// <summary>Extends the lease to <paramref name="timeToLive"/> from now. Durable when the call returns.</summary>
    /// <exception cref="DatabaseException">The lease has lapsed or was released.</exception>
    public async ValueTask RenewAsync(TimeSpan timeToLive, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _closed) != 0, this);
        new SnapshotOptions { Owner = Owner, TimeToLive = timeToLive }.Validate();
        DateTimeOffset expiresAt = _core.Options.TimeProvider.GetUtcNow() + timeToLive;
        if (!await Task.Run(() => _core.Versions.RenewLease(Id, expiresAt), cancellationToken).ConfigureAwait(false))
        {
            throw Lapsed();
        }
    }

    /// <summary>Gives up the handle but leaves the lease in place until it is reopened or lapses.</summary>
    public void Detach() => Volatile.Write(ref _closed, 1);

    /// <summary>
    /// Releases the lease durably; files that only it kept go to the paced deleter. Idempotent. A database that refuses writes keeps the
    /// lease until it lapses, and tells that with <see cref="DatabaseEventKind.LeaseNotReleased"/>: an exception would hide the one that
    /// led here.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return;
        }

        try
        {
            await Task.Run(() => _core.Versions.ReleaseLease(Id)).ConfigureAwait(false);
            _core.FilesFreed();
        }
        catch (DatabaseException failure)
        {
            _core.Options.OnEvent?.Invoke(new DatabaseEvent(
                DatabaseEventKind.LeaseNotReleased,
                $"The lease {Id} of '{Owner}' could not be released and stays until it lapses at {ExpiresAt:O}: {failure.Message}",
                failure));
        }
    }

    /// <exception cref="DatabaseException">The lease has lapsed or was released.</exception>
    internal void CheckInForce()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _closed) != 0, this);
        if (_core.Versions.FindLease(Id) is null)
        {
            throw Lapsed();
        }
    }

    private static PinnedSegment Pin(string keyspace, PlacedSegment placed) =>
        new(keyspace, placed.Level, placed.Segment.Metadata, placed.Segment.File.Path, placed.Segment.Offset);

    private DatabaseException Lapsed() => new($"The lease {Id} of '{Owner}' is no longer in force: it lapsed or was released.");
}
