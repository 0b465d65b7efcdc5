namespace Basalt.Server.Diagnostics;

/// <summary>Every line that the server logs. Names and counts only: never bodies, never secrets.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(1, LogLevel.Information, "Listening on {Address}; data in {DataPath}, {Classes} classes.")]
    public static partial void Listening(ILogger logger, Uri address, string dataPath, int classes);

    [LoggerMessage(2, LogLevel.Information, "Stopping: waiting for requests in flight.")]
    public static partial void Stopping(ILogger logger);

    [LoggerMessage(3, LogLevel.Information, "Stopped; the database is closed.")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(10, LogLevel.Error, "{Method} {Path} failed.")]
    public static partial void RequestFailed(ILogger logger, string method, string path, Exception exception);

    [LoggerMessage(20, LogLevel.Information, "Created class {ClassName} with shard {Shard}.")]
    public static partial void ClassCreated(ILogger logger, string className, string shard);

    [LoggerMessage(21, LogLevel.Information, "Deleted class {ClassName}.")]
    public static partial void ClassDeleted(ILogger logger, string className);

    [LoggerMessage(22, LogLevel.Warning, "Dropped keyspaces of class {ClassName}: its creation was interrupted before it had a definition.")]
    public static partial void HalfCreatedClassDropped(ILogger logger, string className);

    [LoggerMessage(23, LogLevel.Information, "Adopted class {ClassName} with {Objects} objects.")]
    public static partial void ClassAdopted(ILogger logger, string className, long objects);
}
