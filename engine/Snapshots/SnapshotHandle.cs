using System.Collections.Immutable;

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
    /// <summary>Identity of the lease.</summary>
    public Guid Id => throw new NotImplementedException();

    /// <summary>Who took it.</summary>
    public string Owner => throw new NotImplementedException();

    /// <summary>The cut: the sequence number of the last write inside.</summary>
    public ulong Sequence => throw new NotImplementedException();

    /// <summary>When it was taken (UTC).</summary>
    public DateTimeOffset CreatedAt => throw new NotImplementedException();

    /// <summary>When the lease lapses unless renewed (UTC).</summary>
    public DateTimeOffset ExpiresAt => throw new NotImplementedException();

    /// <summary>How long writers were held for the cut; zero for a reopened handle.</summary>
    public TimeSpan CutPause => throw new NotImplementedException();

    /// <summary>The keyspaces at the cut, ordered by name; empty ones included.</summary>
    public ImmutableArray<PinnedKeyspace> Keyspaces => throw new NotImplementedException();

    /// <summary>Bytes of all pinned segments.</summary>
    public long Length => throw new NotImplementedException();

    /// <summary>
    /// Opens one extent of a segment for a single pass. The stream verifies the extent's birth digest when its last byte is read, is
    /// paced beside foreground writes and leaves no trace in the page cache. Length is known; not seekable.
    /// </summary>
    /// <param name="segment">A segment of this handle.</param>
    /// <param name="extent">Index into <see cref="SegmentMetadata.Extents"/>.</param>
    /// <exception cref="DatabaseException">From a read: <see cref="DatabaseError.Corruption"/> when the bytes do not match their digest.</exception>
    public Stream OpenExtent(PinnedSegment segment, int extent) => throw new NotImplementedException();

    /// <summary>Extends the lease to <paramref name="timeToLive"/> from now. Durable when the call returns.</summary>
    /// <exception cref="DatabaseException">The lease has lapsed or was released.</exception>
    public ValueTask RenewAsync(TimeSpan timeToLive, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Gives up the handle but leaves the lease in place until it is reopened or lapses.</summary>
    public void Detach() => throw new NotImplementedException();

    /// <summary>Releases the lease durably; files that only it kept go to the paced deleter. Idempotent.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
