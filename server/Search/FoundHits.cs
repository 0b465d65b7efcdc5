using Basalt.Engine;

namespace Basalt.Server.Search;

/// <summary>What a search found, and as of when.</summary>
/// <param name="Snapshot">The objects of this node as they were; null if none of its shards was searched.</param>
/// <param name="Hits">The objects, in order.</param>
internal sealed record FoundHits(ReadSnapshot? Snapshot, IReadOnlyList<SearchHit> Hits) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Snapshot?.Dispose();
}
