using Basalt.Engine;
using Basalt.Server.Shards;

namespace Basalt.Server.Schema;

/// <summary>A class that is in the database: its definition, which may grow, and its shard.</summary>
internal sealed class StoredClass(ClassDefinition definition, Keyspace schema, Shard shard)
{
    private volatile ClassDefinition _definition = definition;

    /// <summary>The name.</summary>
    public string Name { get; } = definition.Name;

    /// <summary>The present definition. Replaced as a whole, and durable before it is replaced.</summary>
    public ClassDefinition Definition
    {
        get => _definition;
        set => _definition = value;
    }

    /// <summary>Where the definition is stored.</summary>
    public Keyspace Schema { get; } = schema;

    /// <summary>Where the objects are.</summary>
    public Shard Shard { get; } = shard;

    /// <summary>All keyspaces of the class.</summary>
    public IReadOnlyList<Keyspace> Keyspaces => [Schema, Shard.Objects, Shard.Index];
}
