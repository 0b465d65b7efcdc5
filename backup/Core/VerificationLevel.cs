namespace Basalt.Backup;

/// <summary>How closely a backup is looked at. Each level includes those before it.</summary>
public enum VerificationLevel
{
    /// <summary>All documents are read and checked against each other and their hashes.</summary>
    Structure,

    /// <summary>The repository is listed: every object exists with its length.</summary>
    Existence,

    /// <summary>Header and trailer of every object are read: what it says of its content is what the documents say.</summary>
    Checksums,

    /// <summary>A random share of the objects is read whole.</summary>
    Sample,

    /// <summary>Every byte of every object is read.</summary>
    Full,
}
