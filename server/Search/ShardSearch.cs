using System.Text.Json;
using Basalt.Server.Index;
using Basalt.Server.Shards;

namespace Basalt.Server.Search;

/// <summary>A search in the shards of one node. What it refers to, objects and vectors of others, is resolved already.</summary>
/// <param name="Shards">Where.</param>
internal sealed record ShardSearch(NodeShards Shards)
{
    /// <summary>A filter; null takes all objects.</summary>
    public FilterNode? Filter { get; init; }

    /// <summary>The filter as it is written.</summary>
    public JsonElement? Where { get; init; }

    /// <summary>The vector that they are to be near to, given itself; null takes them in the order of their ids, or sorted.</summary>
    public VectorQuery? Near { get; init; }

    /// <summary>What they are sorted by, the most significant first.</summary>
    public IReadOnlyList<SortField> Sort { get; init; } = [];

    /// <summary>Begin behind this id.</summary>
    public Guid? After { get; init; }

    /// <summary>The most objects.</summary>
    public int Count { get; init; }

    /// <summary>Whether it has to read entries or objects rather than look some up.</summary>
    public bool IsScan => Near is not null || Sort.Count > 0 || Filter is { IsLookup: false };
}
