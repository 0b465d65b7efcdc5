using System.Runtime.CompilerServices;

namespace Basalt.Backup.Tests.Support;

/// <summary>A store whose first calls wait until they are canceled.</summary>
internal sealed class StuckBackend(IBackupBackend inner) : IBackupBackend
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _calls;

    public int StuckCalls { get; init; }

    public int Calls => Volatile.Read(ref _calls);

    /// <summary>Ends when a call is waiting.</summary>
    public Task Reached => _reached.Task.WaitAsync(TimeSpan.FromMinutes(2));

    public string Location(string key) => inner.Location(key);

    public async Task<bool> TryPutAsync(string key, ObjectContent content, CancellationToken cancellationToken = default)
    {
        await WaitAsync(cancellationToken);
        return await inner.TryPutAsync(key, content, cancellationToken);
    }

    public async Task<Stream?> OpenReadAsync(string key, long offset = 0, long? length = null, CancellationToken cancellationToken = default)
    {
        await WaitAsync(cancellationToken);
        return await inner.OpenReadAsync(key, offset, length, cancellationToken);
    }

    public async IAsyncEnumerable<BackendEntry> ListAsync(
        string prefix, bool recursive = true, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await WaitAsync(cancellationToken);
        await foreach (BackendEntry entry in inner.ListAsync(prefix, recursive, cancellationToken))
        {
            yield return entry;
        }
    }

    public async Task DeleteAsync(string key, CancellationToken cancellationToken = default)
    {
        await WaitAsync(cancellationToken);
        await inner.DeleteAsync(key, cancellationToken);
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _calls) <= StuckCalls)
        {
            _reached.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }
}
