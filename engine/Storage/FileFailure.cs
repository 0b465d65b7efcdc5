namespace Basalt.Engine.Storage;

/// <summary>Turns the exceptions of .NET's file calls into <see cref="DatabaseException"/>s that name the path.</summary>
internal static class FileFailure
{
    public static bool IsFileFailure(Exception exception) => exception is IOException or UnauthorizedAccessException;

    /// <summary>"<paramref name="action"/> failed", with the system's message and the path.</summary>
    public static DatabaseException Create(string action, string path, Exception cause) =>
        new(Classify(cause), $"{action} failed: {cause.Message}", path, innerException: cause);

    /// <summary>On Linux the runtime puts the system's error number where others have a result code.</summary>
    private static DatabaseError Classify(Exception cause) =>
        OperatingSystem.IsLinux() && cause is IOException ? LinuxError.Classify(cause.HResult) : DatabaseError.InputOutput;
}
