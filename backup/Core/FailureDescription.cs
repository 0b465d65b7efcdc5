using Basalt.Engine;

namespace Basalt.Backup;

/// <summary>Puts failures of the layers below into the words of this one.</summary>
internal static class FailureDescription
{
    public static BackupException Of(string id, Exception failure) => failure switch
    {
        BackupException { BackupId: not null } described => described,
        BackupException described =>
            new BackupException(described.Error, $"Backup '{id}': {described.Message}", id, described.ObjectKey, described),
        BackupBackendException store =>
            new BackupException(BackupError.BackendFailure, $"Backup '{id}': {store.Message}", id, store.ObjectKey, store),
        DatabaseException { Error: DatabaseError.OutOfSpace } full =>
            new BackupException(BackupError.InsufficientSpace, $"Backup '{id}': {full.Message}", id, innerException: full),
        DatabaseException database =>
            new BackupException(BackupError.DatabaseFailure, $"Backup '{id}': {database.Message}", id, innerException: database),
        OperationCanceledException => new BackupException(BackupError.Canceled, $"Backup '{id}' was canceled.", id, innerException: failure),
        _ => new BackupException(
            BackupError.Unexpected, $"Backup '{id}' failed unexpectedly: {failure.Message} Please report this.", id, innerException: failure),
    };

    /// <summary>As above, for what concerns no one backup.</summary>
    public static BackupException Of(BackupBackendException failure) =>
        new(BackupError.BackendFailure, failure.Message, objectKey: failure.ObjectKey, innerException: failure);
}
