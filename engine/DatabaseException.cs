namespace Basalt.Engine;

/// <summary>A failure of the store itself: damage on disk, a failed sync, a full disk, or use against the rules of the engine.</summary>
public sealed class DatabaseException : Exception
{
    private const string Advice =
        "'basalt check' (DatabaseInspector) names all damage; restore a backup, or keep what can be read with 'basalt repair' (DatabaseRepairer).";

    /// <summary>Creates an exception of kind <see cref="DatabaseError.InvalidOperation"/>.</summary>
    public DatabaseException()
        : this(DatabaseError.InvalidOperation, "The database operation failed.")
    {
    }

    /// <summary>Creates an exception of kind <see cref="DatabaseError.InvalidOperation"/>.</summary>
    public DatabaseException(string message)
        : this(DatabaseError.InvalidOperation, message)
    {
    }

    /// <summary>Creates an exception of kind <see cref="DatabaseError.InvalidOperation"/>.</summary>
    public DatabaseException(string message, Exception innerException)
        : this(DatabaseError.InvalidOperation, message, innerException: innerException)
    {
    }

    /// <summary>Creates an exception that says what failed, where.</summary>
    /// <param name="error">The kind of failure.</param>
    /// <param name="message">What was wrong and what to do; file and offset are appended.</param>
    /// <param name="file">The file concerned, if any.</param>
    /// <param name="offset">The byte offset in that file, or -1.</param>
    /// <param name="innerException">The cause, if any.</param>
    public DatabaseException(DatabaseError error, string message, string? file = null, long offset = -1, Exception? innerException = null)
        : base(Describe(message, file, offset), innerException)
    {
        Error = error;
        Problem = message;
        File = file;
        Offset = offset;
    }

    /// <summary>The kind of failure.</summary>
    public DatabaseError Error { get; }

    /// <summary>The file concerned, if any.</summary>
    public string? File { get; }

    /// <summary>The byte offset in <see cref="File"/>, or -1.</summary>
    public long Offset { get; }

    /// <summary>The message without the place.</summary>
    internal string Problem { get; private init; }

    /// <summary>Damage in the files of a database, with what to do about it.</summary>
    internal static DatabaseException Damage(string problem, string? file, long offset = -1, Exception? innerException = null) =>
        new(DatabaseError.Corruption, $"{problem} {Advice}", file, offset, innerException) { Problem = problem };

    internal static DatabaseException Corruption(string message, string? file, long offset = -1) =>
        new(DatabaseError.Corruption, message, file, offset);

    private static string Describe(string message, string? file, long offset) =>
        (file, offset) switch
        {
            (null, _) => message,
            (_, < 0) => $"{message} (file '{file}')",
            _ => $"{message} (file '{file}', offset {offset})",
        };
}
