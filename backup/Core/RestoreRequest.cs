namespace Basalt.Backup;

/// <summary>Which collections of which backup to restore, under which names.</summary>
/// <param name="Id">Identity of the backup in its repository.</param>
public sealed record RestoreRequest(string Id)
{
    /// <summary>The collections wanted; null or empty means all. Excludes <see cref="Exclude"/>.</summary>
    public IReadOnlyCollection<string>? Include { get; init; }

    /// <summary>The collections not wanted.</summary>
    public IReadOnlyCollection<string>? Exclude { get; init; }

    /// <summary>New names of collections, by their names in the backup. Others keep theirs.</summary>
    public IReadOnlyDictionary<string, string>? Rename { get; init; }

    /// <summary>
    /// The shards wanted of the collections wanted, by their names in the backup; null means all. What belongs to a whole collection (its shard has no
    /// name) always comes, so that each of several nodes can restore its shards by itself; a collection of which nothing is wanted is left out by
    /// <see cref="Include"/>.
    /// </summary>
    public IReadOnlySet<ShardAddress>? Shards { get; init; }

    /// <summary>
    /// The name of a keyspace, of no collection, that comes into being empty and in the same step as the collections. Who finds it after a crash
    /// knows that the restore was done, and drops it. Null: none.
    /// </summary>
    public string? CompletionMark { get; init; }

    /// <summary>Most of the machine's processors that the transfers take, 1 to 100; null does not limit them.</summary>
    public int? CpuPercentage { get; init; }

    /// <summary>All collections of a backup, under their own names.</summary>
    public static implicit operator RestoreRequest(string id) => new(id);
}
