namespace Basalt.Backup;

/// <summary>A shard of a collection.</summary>
/// <param name="Collection">The collection.</param>
/// <param name="Shard">The shard; empty for what belongs to the whole collection.</param>
public readonly record struct ShardAddress(string Collection, string Shard);
