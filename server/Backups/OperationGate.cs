using Basalt.Backup;

namespace Basalt.Server.Backups;

/// <summary>Lets one operation of a kind run at a time over all stores: a store sees to that for itself only.</summary>
/// <param name="noun">The operation in messages.</param>
internal sealed class OperationGate(string noun) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    // More than one only when backups of several stores were resumed.
    private readonly List<GateEntry> _running = [];

    /// <summary>Starts an operation.</summary>
    /// <param name="start">Starts it; called only when no other runs.</param>
    /// <param name="entry">The entry of what was started.</param>
    /// <param name="cancellationToken">Gives up the start.</param>
    /// <exception cref="BackupException"><see cref="BackupError.InProgress"/>: another runs.</exception>
    public async Task<T> StartAsync<T>(Func<Task<T>> start, Func<T, GateEntry> entry, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            _running.RemoveAll(operation => operation.HasEnded());
            if (_running.Count > 0)
            {
                string id = _running[0].Id;
                throw new BackupException(BackupError.InProgress, $"{noun} {id} already in progress; wait for its end or cancel it.", id);
            }

            T operation = await start();
            _running.Add(entry(operation));
            return operation;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Takes note of an operation that runs already: one that the last run of the server began.</summary>
    public async Task AdmitAsync(GateEntry entry, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        _running.Add(entry);
        _turn.Release();
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();
}
