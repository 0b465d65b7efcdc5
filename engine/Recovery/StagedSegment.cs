namespace Basalt.Engine;

/// <summary>A segment on its way into a database. Not visible to anyone before <see cref="SegmentIngest.CommitAsync"/>.</summary>
public sealed class StagedSegment : IAsyncDisposable
{
    /// <summary>Appends bytes.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Verifies length and digests of all that was written and makes it durable.</summary>
    /// <exception cref="DatabaseException"><see cref="DatabaseError.Corruption"/>: the bytes are not the segment's.</exception>
    public ValueTask CompleteAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Closes the file; an incomplete segment makes the commit fail.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
