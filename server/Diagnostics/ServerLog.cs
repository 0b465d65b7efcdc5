using Basalt.Backup;
using Basalt.Engine;

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

    [LoggerMessage(4, LogLevel.Information, "gRPC on {Address}.")]
    public static partial void ListeningForGrpc(ILogger logger, Uri address);

    [LoggerMessage(5, LogLevel.Warning, "Anybody who can reach {Address} may read, change and delete everything: anonymous access is on. See AUTHENTICATION_APIKEY_ENABLED.")]
    public static partial void OpenToTheNetwork(ILogger logger, string address);

    [LoggerMessage(6, LogLevel.Warning, "REST is served with TLS, but gRPC on {Address} is clear text, keys included. See GRPC_TLS and GRPC_ENABLED.")]
    public static partial void ClearTextBesideTls(ILogger logger, string address);

    [LoggerMessage(10, LogLevel.Error, "{Method} {Path} failed.")]
    public static partial void RequestFailed(ILogger logger, string method, string path, Exception exception);

    [LoggerMessage(11, LogLevel.Information, "Refused {Method} {Path}: no valid credentials.")]
    public static partial void Unauthenticated(ILogger logger, string method, string path);

    [LoggerMessage(12, LogLevel.Information, "Refused {Method} {Path}: user {User} may not do that.")]
    public static partial void Forbidden(ILogger logger, string user, string method, string path);

    [LoggerMessage(EventId = 13, Message = "The store tells {Kind}: {What}")]
    public static partial void StoreEvent(ILogger logger, LogLevel level, DatabaseEventKind kind, string what, Exception? exception);

    [LoggerMessage(14, LogLevel.Error, "Work in the background failed, and nobody waited for it.")]
    public static partial void Unobserved(ILogger logger, Exception exception);

    [LoggerMessage(20, LogLevel.Information, "Created class {ClassName} with shard {Shard}.")]
    public static partial void ClassCreated(ILogger logger, string className, string shard);

    [LoggerMessage(21, LogLevel.Information, "Deleted class {ClassName}.")]
    public static partial void ClassDeleted(ILogger logger, string className);

    [LoggerMessage(22, LogLevel.Warning, "Dropped keyspaces of class {ClassName}: its creation was interrupted before it had a definition.")]
    public static partial void HalfCreatedClassDropped(ILogger logger, string className);

    [LoggerMessage(24, LogLevel.Information, "Created {Count} tenants of class {ClassName}.")]
    public static partial void TenantsCreated(ILogger logger, string className, int count);

    [LoggerMessage(25, LogLevel.Information, "Deleted {Count} tenants of class {ClassName}.")]
    public static partial void TenantsDeleted(ILogger logger, string className, int count);

    [LoggerMessage(26, LogLevel.Warning, "Dropped {Count} keyspaces of class {ClassName}: they are of tenants whose creation or deletion was interrupted.")]
    public static partial void StrayKeyspacesDropped(ILogger logger, string className, int count);

    [LoggerMessage(23, LogLevel.Information, "Adopted class {ClassName} with {Objects} objects.")]
    public static partial void ClassAdopted(ILogger logger, string className, long objects);

    [LoggerMessage(30, LogLevel.Warning, "ENABLE_MODULES names {Module}, which this server does not have; it is ignored.")]
    public static partial void ModuleUnknown(ILogger logger, string module);

    [LoggerMessage(31, LogLevel.Information, "Backup {Id} on {Backend} started, {Classes} classes.")]
    public static partial void BackupStarted(ILogger logger, string backend, string id, int classes);

    [LoggerMessage(32, LogLevel.Information, "Backup {Id} on {Backend}, interrupted by a restart, goes on.")]
    public static partial void BackupResumed(ILogger logger, string backend, string id);

    [LoggerMessage(59, LogLevel.Information, "Restore of backup {Id} on {Backend}, interrupted by a restart, goes on.")]
    public static partial void RestoreResumed(ILogger logger, string backend, string id);

    [LoggerMessage(33, LogLevel.Information, "Backup {Id} on {Backend} is complete after {Duration}: {Bytes} bytes, {ReusedBytes} of them there before.")]
    public static partial void BackupMade(ILogger logger, string backend, string id, TimeSpan duration, long bytes, long reusedBytes);

    [LoggerMessage(34, LogLevel.Warning, "Backup {Id} on {Backend} was not made ({Error}) after {Duration}: {Reason}")]
    public static partial void BackupNotMade(ILogger logger, string backend, string id, TimeSpan duration, BackupError error, string reason);

    [LoggerMessage(35, LogLevel.Information, "Restore of backup {Id} from {Backend} started, {Classes} classes.")]
    public static partial void RestoreStarted(ILogger logger, string backend, string id, int classes);

    [LoggerMessage(36, LogLevel.Information, "Restore of backup {Id} from {Backend} is complete after {Duration}.")]
    public static partial void Restored(ILogger logger, string backend, string id, TimeSpan duration);

    [LoggerMessage(37, LogLevel.Warning, "Backup {Id} from {Backend} was not restored ({Status}) after {Duration}: {Reason}")]
    public static partial void NotRestored(ILogger logger, string backend, string id, string status, TimeSpan duration, string reason);

    [LoggerMessage(38, LogLevel.Error, "The end of the restore of backup {Id} from {Backend} could not be stored.")]
    public static partial void RestoreNotRecorded(ILogger logger, string backend, string id, Exception exception);

    [LoggerMessage(39, LogLevel.Error, "Backups on {Backend} that the last run left unfinished could not be looked at; tried again in {Pause}: {Reason}")]
    public static partial void RecoveryFailed(ILogger logger, string backend, TimeSpan pause, string reason);

    [LoggerMessage(40, LogLevel.Information, "Backup {Id} on {Backend} deleted by the schedule: {Reason}.")]
    public static partial void BackupPruned(ILogger logger, string backend, string id, string reason);

    [LoggerMessage(41, LogLevel.Information, "Tended {Backend} in {Duration}: {Backups} backups and {Extents} extents deleted, {Bytes} bytes freed.")]
    public static partial void RepositoryTended(ILogger logger, string backend, int backups, int extents, long bytes, TimeSpan duration);

    [LoggerMessage(42, LogLevel.Warning, "An object on {Backend} was not deleted, the next collection tries again: {Reason}")]
    public static partial void NotDeleted(ILogger logger, string backend, string reason);

    [LoggerMessage(43, LogLevel.Error, "The repository on {Backend} could not be tended; tried again at the next interval.")]
    public static partial void RepositoryNotTended(ILogger logger, string backend, Exception exception);

    [LoggerMessage(50, LogLevel.Information, "Node {Node} is a member of the cluster at {Address}; {Members} members now.")]
    public static partial void Joined(ILogger logger, string node, Uri address, int members);

    [LoggerMessage(51, LogLevel.Error, "Node {Node} was not in touch with the cluster for too long and does not serve until it is a member again.")]
    public static partial void Fenced(ILogger logger, string node);

    [LoggerMessage(52, LogLevel.Information, "Node {Node} is a member of the cluster again.")]
    public static partial void Unfenced(ILogger logger, string node);

    [LoggerMessage(53, LogLevel.Warning, "A change of the cluster's schema waits to be applied here.")]
    public static partial void SchemaLags(ILogger logger, Exception reason);

    [LoggerMessage(54, LogLevel.Warning, "A backup or restore of the cluster waits; it is tried again.")]
    public static partial void OperationWaits(ILogger logger, Exception reason);

    [LoggerMessage(55, LogLevel.Warning, "Node {Node} cannot come back to its cluster yet; it is tried again.")]
    public static partial void StaysFenced(ILogger logger, string node, Exception reason);

    [LoggerMessage(56, LogLevel.Warning, "Who is a member of the cluster cannot be told for certain; it is tried again.")]
    public static partial void MembersUnknown(ILogger logger, Exception reason);
}
