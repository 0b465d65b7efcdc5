using Basalt.Engine;

namespace Basalt.Server.Search;

/// <summary>What a search found on this node, and as of when.</summary>
/// <param name="Snapshot">The objects as they were; the caller disposes it.</param>
/// <param name="Hits">The objects, in order.</param>
internal sealed record LocalHits(ReadSnapshot Snapshot, IReadOnlyList<SearchHit> Hits);
