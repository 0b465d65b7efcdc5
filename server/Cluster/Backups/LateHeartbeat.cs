using Basalt.Backup;
using Basalt.Server.Api;

namespace Basalt.Server.Cluster.Backups;

/// <summary>The heartbeat of an attempt in a repository that has to be opened first.</summary>
internal sealed class LateHeartbeat : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopped = new();
    private readonly Task<IAsyncDisposable?> _beating;

    /// <param name="open">Opens the repository.</param>
    /// <param name="ticket">The attempt.</param>
    public LateHeartbeat(Func<CancellationToken, Task<BackupRepository>> open, BackupTicket ticket) => _beating = BeginAsync(open, ticket);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        if (await _beating is { } heartbeat)
        {
            await heartbeat.DisposeAsync();
        }

        _stopped.Dispose();
    }

    private async Task<IAsyncDisposable?> BeginAsync(Func<CancellationToken, Task<BackupRepository>> open, BackupTicket ticket)
    {
        try
        {
            return (await open(_stopped.Token)).KeepAlive(ticket);
        }
        catch (Exception failure) when (failure is BackupException or OperationCanceledException or RequestException)
        {
            // It only keeps others from taking the attempt for dead; whatever the coordinator does next meets the same failure and tells it.
            return null;
        }
    }
}
