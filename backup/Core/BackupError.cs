namespace Basalt.Backup;

/// <summary>The kinds of failure a caller may want to tell apart.</summary>
public enum BackupError
{
    /// <summary>The backup id has other characters than a-z, 0-9, _ and -, or is longer than 255.</summary>
    InvalidId,

    /// <summary>The request contradicts itself.</summary>
    InvalidRequest,

    /// <summary>A collection that the request names does not exist.</summary>
    CollectionNotFound,

    /// <summary>The request selects no collection.</summary>
    NothingToDo,

    /// <summary>A backup of that id is complete or being made.</summary>
    AlreadyExists,

    /// <summary>No backup of that id.</summary>
    NotFound,

    /// <summary>The backup is not complete, so it cannot be restored.</summary>
    NotRestorable,

    /// <summary>Another operation of the same kind is running, or the one asked for cannot be changed while it runs.</summary>
    InProgress,

    /// <summary>A collection to be restored exists in the database.</summary>
    Conflict,

    /// <summary>An object of the repository is missing or does not match its checksums.</summary>
    Corrupted,

    /// <summary>The repository or the backup needs a feature that this build does not have.</summary>
    UnsupportedFormat,

    /// <summary>The disk of the database is too full for a cut, or for what a restore brings.</summary>
    InsufficientSpace,

    /// <summary>The backend failed.</summary>
    BackendFailure,

    /// <summary>The database failed.</summary>
    DatabaseFailure,

    /// <summary>Canceled on request.</summary>
    Canceled,

    /// <summary>The service was stopped; a backup in progress can be resumed, see <see cref="BackupService.RecoverAsync"/>.</summary>
    Halted,

    /// <summary>A defect of this library.</summary>
    Unexpected,
}
