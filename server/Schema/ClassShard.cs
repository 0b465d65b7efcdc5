using Basalt.Server.Shards;

namespace Basalt.Server.Schema;

/// <summary>A shard of a class, here or on another node.</summary>
/// <param name="place">Where it lives.</param>
/// <param name="local">The shard itself if it is here.</param>
internal sealed class ClassShard(ShardPlace place, Shard? local)
{
    /// <summary>Where it lives.</summary>
    public ShardPlace Place { get; } = place;

    /// <summary>The name.</summary>
    public string Name => Place.Name;

    /// <summary>The shard itself; null when it is on another node.</summary>
    public Shard? Local { get; } = local;
}
