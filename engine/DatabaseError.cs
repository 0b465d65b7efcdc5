namespace Basalt.Engine;

/// <summary>The kinds of failure a caller may want to tell apart.</summary>
public enum DatabaseError
{
    /// <summary>The call is not allowed in this state (closed database, unknown keyspace, name taken).</summary>
    InvalidOperation,

    /// <summary>Stored bytes do not match their checksum or format. Nothing was guessed or repaired.</summary>
    Corruption,

    /// <summary>The operating system refused a read, write or sync.</summary>
    InputOutput,

    /// <summary>An earlier sync failed, so the page cache cannot be trusted: the database accepts no further writes until reopened.</summary>
    WritesRefused,

    /// <summary>The directory is held by another process or another instance.</summary>
    Locked,

    /// <summary>A limit was reached: key, value or batch too large, or too many leased bytes.</summary>
    LimitExceeded,

    /// <summary>The files were written by a newer format than this build reads.</summary>
    UnsupportedFormat,

    /// <summary>
    /// The disk or a quota is full. Nothing was lost and reads go on; writes go on by themselves once there is space, without a reopening.
    /// </summary>
    OutOfSpace,
}
