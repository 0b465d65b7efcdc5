namespace Basalt.Engine.Storage;

/// <summary>Turns the exceptions of .NET's file calls into <see cref="DatabaseException"/>s that name the path.</summary>
internal static class FileFailure
{
    public static bool IsFileFailure(Exception exception) => exception is IOException or UnauthorizedAccessException;

    /// <summary>"<paramref name="action"/> failed", with the system's message and the path.</summary>
    public static DatabaseException Create(string action, string path, Exception cause) =>
        new(DatabaseError.InputOutput, $"{action} failed: {cause.Message}", path, innerException: cause);
}
