using System.Text.Json;
using Basalt.Server.Schema;

namespace Basalt.Server.Search;

/// <summary>Which objects of a class are wanted, and in which order.</summary>
/// <param name="Target">The class, or one tenant of it.</param>
internal sealed record ObjectSearch(ClassScope Target)
{
    /// <summary>A filter, as REST and GraphQL write it; null takes all objects.</summary>
    public JsonElement? Where { get; init; }

    /// <summary>What they are to be near to; null takes them in the order of their ids, or sorted.</summary>
    public VectorQuery? Near { get; init; }

    /// <summary>What they are sorted by, the most significant first.</summary>
    public IReadOnlyList<SortField> Sort { get; init; } = [];

    /// <summary>Objects to pass over.</summary>
    public long Offset { get; init; }

    /// <summary>The most objects; null takes the default.</summary>
    public long? Limit { get; init; }

    /// <summary>Begin behind this id; empty begins at the first, null uses no cursor.</summary>
    public string? After { get; init; }
}
