using Basalt.Backup;

namespace Basalt.Server.Api;

/// <summary>What a failure of the backup layer means to the client whose request met it.</summary>
internal static class BackupFailure
{
    private const string NodeDocument = "node.json";

    /// <summary>The answer: 422 for what the request got wrong, 404 for what is not there, 500 for what the store or this server did.</summary>
    /// <param name="failure">The failure.</param>
    /// <param name="step">What was being done, in front of messages of stores.</param>
    public static RequestException OfRequest(BackupException failure, string step) => failure.Error switch
    {
        BackupError.NotFound => RequestException.Handler(StatusCodes.Status404NotFound, failure.Message),
        BackupError.BackendFailure or BackupError.DatabaseFailure or BackupError.Unexpected =>
            RequestException.Handler(StatusCodes.Status500InternalServerError, $"{step}: {failure.Message}"),
        BackupError.Corrupted => RequestException.Unprocessable($"corrupted backup file: {failure.Message}"),
        BackupError.UnsupportedFormat => RequestException.Unprocessable($"the backup was produced by a higher version: {failure.Message}"),
        _ => RequestException.Unprocessable(failure.Message),
    };

    /// <summary>The answer to a request for a backup: which of its first steps failed can be told from the object that was concerned.</summary>
    public static RequestException OfCreate(BackupException failure, string id) =>
        OfRequest(
            failure,
            failure.ObjectKey?.StartsWith($"{id}/claim-", StringComparison.Ordinal) is true ? "coordinator: cannot init meta file" : "init uploader");

    /// <summary>The answer to a request for a restore. A node that cannot read its own part refuses to take part, which counts as a fault.</summary>
    public static RequestException OfRestore(BackupException failure) =>
        failure is { Error: BackupError.Corrupted, ObjectKey: { } key } && key.Split('/') is [.., string node, NodeDocument]
            ? RequestException.Handler(StatusCodes.Status500InternalServerError, $"node \"{node}\": cannot commit : {failure.Message}")
            : OfRequest(failure, "restore backup");
}
