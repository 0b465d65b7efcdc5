using Basalt.Backup;

namespace Basalt.Server.Backups;

/// <summary>
/// Lets one operation of a kind run at a time over all stores. A store sees to that for itself; the gate adds what a store cannot know:
/// the others.
/// </summary>
/// <param name="noun">The operation in messages.</param>
internal sealed class OperationGate(string noun) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private BackupStore? _owner;
    private BackupJob? _running;

    /// <summary>Starts an operation of a store.</summary>
    /// <exception cref="BackupException"><see cref="BackupError.InProgress"/>: another runs.</exception>
    public async Task<BackupJob> StartAsync(BackupStore owner, Func<Task<BackupJob>> start, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_running is { Completion.IsCompleted: false } running && _owner != owner)
            {
                throw new BackupException(
                    BackupError.InProgress, $"{noun} {running.Id} already in progress; wait for its end or cancel it.", running.Id);
            }

            _running = await start();
            _owner = owner;
            return _running;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();
}
