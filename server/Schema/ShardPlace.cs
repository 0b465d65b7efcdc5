namespace Basalt.Server.Schema;

/// <summary>Where a shard of a class lives.</summary>
/// <param name="Name">The name of the shard.</param>
/// <param name="Node">The node that owns it; null for the node that stores this.</param>
internal sealed record ShardPlace(string Name, string? Node = null);
