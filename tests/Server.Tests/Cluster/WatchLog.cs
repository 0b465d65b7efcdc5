using Basalt.Server.Cluster;

namespace Basalt.Server.Tests.Cluster;

/// <summary>What a watch tells, collected in the background.</summary>
internal sealed class WatchLog : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly CancellationTokenSource _stop = new();
    private readonly List<WatchBatch> _batches = [];
    private readonly Task _reading;
    private TaskCompletionSource _heard = New();

    public WatchLog(IClusterStore store, KeyRange range, long fromRevision) => _reading = Task.Run(() => ReadAsync(store, range, fromRevision));

    /// <summary>Ends only when the watch fails.</summary>
    public Task Reading => _reading.WaitAsync(Patience);

    public WatchBatch[] Batches
    {
        get
        {
            lock (_batches)
            {
                return [.. _batches];
            }
        }
    }

    public WatchEvent[] Events => [.. Batches.SelectMany(batch => batch.Events)];

    /// <summary>Waits until the watch told a revision, or a later one.</summary>
    public async Task HearAsync(long revision)
    {
        while (true)
        {
            Task heard;
            lock (_batches)
            {
                if (_batches.Count > 0 && _batches[^1].LastRevision >= revision)
                {
                    return;
                }

                heard = _heard.Task;
            }

            await (await Task.WhenAny(heard, _reading).WaitAsync(Patience));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task ReadAsync(IClusterStore store, KeyRange range, long fromRevision)
    {
        await foreach (WatchBatch batch in store.WatchAsync(range, fromRevision, _stop.Token))
        {
            lock (_batches)
            {
                _batches.Add(batch);
                _heard.SetResult();
                _heard = New();
            }
        }
    }
}
