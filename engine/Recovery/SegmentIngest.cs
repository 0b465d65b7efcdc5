namespace Basalt.Engine;

/// <summary>
/// Brings segments of new keyspaces into a database, all or nothing: bytes are staged and verified, then <see cref="CommitAsync"/>
/// makes every keyspace visible with one manifest edit. Disposing without a commit leaves no trace.
/// </summary>
public sealed class SegmentIngest : IAsyncDisposable
{
    /// <summary>Declares a keyspace, so that one without segments is created too. Idempotent.</summary>
    /// <exception cref="DatabaseException">A live keyspace has that name.</exception>
    public void AddKeyspace(string name) => throw new NotImplementedException();

    /// <summary>
    /// Opens a staged segment for writing. Write exactly <see cref="SegmentMetadata.Length"/> bytes in order, then complete it.
    /// Several may be open at once, each used by one task.
    /// </summary>
    /// <param name="keyspace">A keyspace declared with <see cref="AddKeyspace"/>.</param>
    /// <param name="level">The level it had at its cut, see <see cref="PinnedSegment.Level"/>.</param>
    /// <param name="metadata">Its metadata; the bytes are verified against its digests.</param>
    public StagedSegment OpenSegment(string keyspace, int level, SegmentMetadata metadata) => throw new NotImplementedException();

    /// <summary>Makes all declared keyspaces visible at once, durably. Everything staged must be complete.</summary>
    /// <exception cref="DatabaseException">A keyspace of one of the names came to be meanwhile; nothing was changed.</exception>
    public ValueTask CommitAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Removes whatever was staged, unless committed.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
