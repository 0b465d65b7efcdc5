using Basalt.Backup;

namespace Basalt.Server.Backups;

/// <summary>
/// Keeps operations of a store from ending before a minimum has passed since their start. Clients' tests of conflicts and cancels need to
/// meet an operation that still runs, and a small one would be over before their next request.
/// </summary>
/// <param name="minimum">The least time from the start to the commit; zero for none.</param>
/// <param name="clock">The clock.</param>
internal sealed class OperationPace(TimeSpan minimum, TimeProvider clock)
{
    private long _createStarted;
    private long _restoreStarted;

    /// <summary>Whether there is a minimum.</summary>
    public bool IsLimiting => minimum > TimeSpan.Zero;

    /// <summary>Notes the start of an operation.</summary>
    public void Begin(BackupOperation operation) =>
        Volatile.Write(ref Started(operation), clock.GetTimestamp());

    /// <summary>Waits for what is left of the minimum.</summary>
    public Task WaitAsync(BackupOperation operation, CancellationToken cancellationToken)
    {
        TimeSpan left = minimum - clock.GetElapsedTime(Volatile.Read(ref Started(operation)));
        return left > TimeSpan.Zero ? Task.Delay(left, clock, cancellationToken) : Task.CompletedTask;
    }

    private ref long Started(BackupOperation operation) => ref operation == BackupOperation.Create ? ref _createStarted : ref _restoreStarted;
}
