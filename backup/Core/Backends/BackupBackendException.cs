namespace Basalt.Backup;

/// <summary>A store refused or failed a call.</summary>
public sealed class BackupBackendException : Exception
{
    /// <summary>Creates an exception without details.</summary>
    public BackupBackendException()
        : this("The backup store failed.")
    {
    }

    /// <summary>Creates a permanent failure.</summary>
    public BackupBackendException(string message)
        : base(message)
    {
    }

    /// <summary>Creates a permanent failure.</summary>
    public BackupBackendException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates an exception that says which object failed and whether to try again.</summary>
    /// <param name="objectKey">The object, or the prefix of a listing.</param>
    /// <param name="message">What was wrong and what to do, with the object's location; no secrets.</param>
    /// <param name="isTransient">Whether the same call may succeed later: throttling, timeouts, lost connections.</param>
    /// <param name="innerException">The cause, if any.</param>
    public BackupBackendException(string objectKey, string message, bool isTransient, Exception? innerException = null)
        : base(message, innerException)
    {
        ObjectKey = objectKey;
        IsTransient = isTransient;
    }

    /// <summary>The object concerned.</summary>
    public string? ObjectKey { get; }

    /// <summary>Whether the same call may succeed later.</summary>
    public bool IsTransient { get; }

    /// <summary>Whether the store said that it gets too many requests: fewer at a time help.</summary>
    public bool IsThrottled { get; init; }

    /// <summary>Whether the store does not know the condition under which an object was to be created.</summary>
    public bool RefusesConditions { get; init; }
}
