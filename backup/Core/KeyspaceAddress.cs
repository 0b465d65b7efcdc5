namespace Basalt.Backup;

/// <summary>
/// Where a keyspace belongs. A name of the form <c>collection/shard/role</c> is one part of a collection's shard (the shard is empty for
/// what belongs to the whole collection: <c>Book//schema</c>); any other name is a collection of its own.
/// </summary>
/// <remarks>Backups choose, list and restore whole collections, so keyspaces that only make sense together share a collection.</remarks>
public readonly record struct KeyspaceAddress
{
    private const char Separator = '/';

    private KeyspaceAddress(string collection, string shard, string? role)
    {
        Collection = collection;
        Shard = shard;
        Role = role;
    }

    /// <summary>The collection.</summary>
    public string Collection { get; }

    /// <summary>The shard; empty for what belongs to the whole collection.</summary>
    public string Shard { get; }

    /// <summary>What the keyspace holds for its shard; null if the collection is this one keyspace.</summary>
    public string? Role { get; }

    /// <summary>Whether the collection is this one keyspace.</summary>
    public bool IsWholeCollection => Role is null;

    /// <summary>The address of a part of a collection.</summary>
    /// <exception cref="ArgumentException">A part contains a slash, or collection or role is empty.</exception>
    public static KeyspaceAddress Of(string collection, string shard, string role)
    {
        ArgumentException.ThrowIfNullOrEmpty(collection);
        ArgumentNullException.ThrowIfNull(shard);
        ArgumentException.ThrowIfNullOrEmpty(role);
        if (collection.Contains(Separator) || shard.Contains(Separator) || role.Contains(Separator))
        {
            throw new ArgumentException($"The parts of a keyspace address take no slash: '{collection}', '{shard}', '{role}'.");
        }

        return new KeyspaceAddress(collection, shard, role);
    }

    /// <summary>Reads a keyspace's name; every name is an address.</summary>
    public static KeyspaceAddress Parse(string keyspace)
    {
        ArgumentException.ThrowIfNullOrEmpty(keyspace);
        int first = keyspace.IndexOf(Separator);
        int last = keyspace.LastIndexOf(Separator);
        bool threeParts = first > 0 && last > first && last < keyspace.Length - 1 && keyspace.IndexOf(Separator, first + 1) == last;
        return threeParts
            ? new KeyspaceAddress(keyspace[..first], keyspace[(first + 1)..last], keyspace[(last + 1)..])
            : new KeyspaceAddress(keyspace, "", null);
    }

    /// <summary>The same place in another collection.</summary>
    /// <exception cref="ArgumentException">The name is empty, or has a slash although the keyspace is a part of its collection.</exception>
    public KeyspaceAddress WithCollection(string collection)
    {
        ArgumentException.ThrowIfNullOrEmpty(collection);
        return Role is null ? new KeyspaceAddress(collection, "", null) : Of(collection, Shard, Role);
    }

    /// <summary>The keyspace's name.</summary>
    public override string ToString() => Role is null ? Collection : $"{Collection}{Separator}{Shard}{Separator}{Role}";
}
