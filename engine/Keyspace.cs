using Basalt.Engine.Manifest;

namespace Basalt.Engine;

/// <summary>
/// A named, ordered map of its own inside a database. All keyspaces share one log and one memtable chain, so a batch across them is
/// atomic and thousands of small ones cost next to nothing; each has its own segments, so a backup of one copies only those.
/// </summary>
/// <remarks>A handle: cheap to hold, valid until the keyspace is dropped or the database closed.</remarks>
public sealed class Keyspace
{
    private volatile bool _dropped;
    private volatile bool _isCompactionStopped;

    internal Keyspace(VersionSet owner, KeyspaceDefinition definition)
    {
        Owner = owner;
        Id = definition.Id;
        Name = definition.Name;
        CreatedAt = definition.CreatedAt;
    }

    /// <summary>The name, unique among live keyspaces of the database: 1 to 1,024 UTF-8 bytes without control characters.</summary>
    public string Name { get; }

    /// <summary>Whether the keyspace was dropped; using the handle then throws.</summary>
    public bool IsDropped => _dropped;

    /// <summary>The open database it belongs to, so that a handle of another one is refused.</summary>
    internal VersionSet Owner { get; }

    /// <summary>The identity in log and manifest; never reused.</summary>
    internal uint Id { get; }

    /// <summary>The sequence number at which it came to be: older snapshots see it empty.</summary>
    internal ulong CreatedAt { get; }

    /// <summary>Whether damage has ended the compactions of the keyspace until the next open.</summary>
    internal bool IsCompactionStopped => _isCompactionStopped;

    /// <inheritdoc/>
    public override string ToString() => Name;

    internal void MarkDropped() => _dropped = true;

    internal void StopCompaction() => _isCompactionStopped = true;

    /// <exception cref="DatabaseException">The keyspace was dropped, or belongs to another database.</exception>
    internal void Check(VersionSet owner)
    {
        if (_dropped || !ReferenceEquals(owner, Owner))
        {
            throw new DatabaseException(
                _dropped ? $"The keyspace '{Name}' was dropped." : $"The keyspace '{Name}' belongs to another open database.");
        }
    }
}
