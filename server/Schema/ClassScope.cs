using System.Collections.Immutable;

namespace Basalt.Server.Schema;

/// <summary>What a request sees of a class: all of it, or one tenant.</summary>
/// <param name="Class">The class.</param>
/// <param name="Shards">The shards in order; which of them an object is in follows from its id.</param>
internal readonly record struct ClassScope(StoredClass Class, ImmutableArray<ClassShard> Shards)
{
    /// <summary>The tenant; null in a class without tenants.</summary>
    public string? Tenant => Class.Definition.IsMultiTenant ? Shards[0].Name : null;

    /// <summary>Whether all shards are on this node.</summary>
    public bool IsHere
    {
        get
        {
            foreach (ClassShard shard in Shards)
            {
                if (shard.Local is null)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Whether one of its shards is here and was deleted.</summary>
    public bool IsDropped => Shards.Any(shard => shard.Local is { Objects.IsDropped: true });

    /// <summary>The shard of an object.</summary>
    public ShardTarget ShardOf(Guid id) => new(Class, Shards.Length == 1 ? Shards[0] : Shards[ShardPlacement.IndexOf(id, Shards.Length)]);
}
