using Basalt.Server.Search;

namespace Basalt.Server.Cluster.Peers;

/// <summary>
/// Checks what another node says it has found. All else is built on it being what was asked for: merging on its order, reading on its being in the shards of that
/// node; whatever is wrong would come out as a wrong answer.
/// </summary>
internal static class FoundCheck
{
    /// <summary>Checks the hits of a search.</summary>
    /// <exception cref="PeerMessageException">They cannot be its hits.</exception>
    public static SearchHit[] Check(ShardSearch search, SearchHit[] hits)
    {
        var order = HitOrder.Create(search.Shards.Class.Definition, search.Near is not null, search.Sort);
        if (hits.Length > search.Count)
        {
            throw new PeerMessageException($"the answer has {hits.Length} objects where at most {search.Count} were asked for");
        }

        for (int i = 0; i < hits.Length; i++)
        {
            RequireIn(search, hits[i].Id);
            if (!order.Fits(hits[i]))
            {
                throw new PeerMessageException($"object {hits[i].Id} of the answer has not the distance or the values that the search orders by");
            }

            if (i > 0 && order.Compare(hits[i - 1], hits[i]) >= 0)
            {
                throw new PeerMessageException($"object {hits[i].Id} of the answer is not in order");
            }

            if (search.After is { } after && hits[i].Id.CompareTo(after) <= 0)
            {
                throw new PeerMessageException($"object {hits[i].Id} of the answer is not behind the cursor");
            }
        }

        return hits;
    }

    /// <summary>Checks the objects that match a filter.</summary>
    /// <exception cref="PeerMessageException">They cannot be what was asked for.</exception>
    public static Guid[] Check(ShardSearch search, Guid[] matches)
    {
        for (int i = 0; i < matches.Length; i++)
        {
            RequireIn(search, matches[i]);
            if (i > 0 && matches[i - 1].CompareTo(matches[i]) >= 0)
            {
                throw new PeerMessageException($"object {matches[i]} of the answer is not in order");
            }
        }

        return matches;
    }

    private static void RequireIn(ShardSearch search, Guid id)
    {
        if (!search.Shards.Holds(id))
        {
            throw new PeerMessageException($"object {id} of the answer is in none of the shards that were searched");
        }
    }
}
