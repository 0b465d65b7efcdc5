namespace Basalt.Backup;

/// <summary>A backup or a restore could not be done. Nothing half-done is left behind.</summary>
public sealed class BackupException : Exception
{
    /// <summary>Creates an exception of kind <see cref="BackupError.InvalidRequest"/>.</summary>
    public BackupException()
        : this(BackupError.InvalidRequest, "The backup operation failed.")
    {
    }

    /// <summary>Creates an exception of kind <see cref="BackupError.InvalidRequest"/>.</summary>
    public BackupException(string message)
        : this(BackupError.InvalidRequest, message)
    {
    }

    /// <summary>Creates an exception of kind <see cref="BackupError.InvalidRequest"/>.</summary>
    public BackupException(string message, Exception innerException)
        : this(BackupError.InvalidRequest, message, innerException: innerException)
    {
    }

    /// <summary>Creates an exception that says what failed, for which backup, at which object.</summary>
    /// <param name="error">The kind of failure.</param>
    /// <param name="message">What was wrong and what to do.</param>
    /// <param name="backupId">The backup concerned, if any.</param>
    /// <param name="objectKey">The object of the repository concerned, if any; it is part of the message already.</param>
    /// <param name="innerException">The cause, if any.</param>
    public BackupException(
        BackupError error, string message, string? backupId = null, string? objectKey = null, Exception? innerException = null)
        : base(message, innerException)
    {
        Error = error;
        BackupId = backupId;
        ObjectKey = objectKey;
    }

    /// <summary>The kind of failure.</summary>
    public BackupError Error { get; }

    /// <summary>The backup concerned, if any.</summary>
    public string? BackupId { get; }

    /// <summary>The object of the repository concerned, if any.</summary>
    public string? ObjectKey { get; }

    internal static BackupException Corrupted(string objectKey, string what, Exception? innerException = null) =>
        new(
            BackupError.Corrupted,
            $"Repository object '{objectKey}' is damaged: {what}. Nothing was taken from it; restore another backup, or put the object back.",
            objectKey: objectKey,
            innerException: innerException);
}
