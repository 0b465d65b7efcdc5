using System.Collections.Immutable;

namespace Basalt.Server.Cluster;

/// <summary>Follows a range of the store: what is in it, and when that changes. Thread-safe.</summary>
/// <param name="store">The store.</param>
/// <param name="range">The range.</param>
/// <param name="clock">The clock of pauses.</param>
/// <param name="onProblem">Hears of what is tried again.</param>
internal sealed class StoreMirror(IClusterStore store, KeyRange range, TimeProvider clock, Action<Exception> onProblem)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource _known = NewSignal();
    private volatile ImmutableDictionary<string, ClusterEntry> _entries = ImmutableDictionary.Create<string, ClusterEntry>(StringComparer.Ordinal);
    private volatile TaskCompletionSource _changed = NewSignal();

    /// <summary>What is in the range, by key.</summary>
    public ImmutableDictionary<string, ClusterEntry> Entries => _entries;

    /// <summary>Ends when it was read once.</summary>
    public Task Known => _known.Task;

    /// <summary>Ends at the next change. Get it before looking at <see cref="Entries"/>.</summary>
    public Task Changed => _changed.Task;

    /// <summary>Follows until canceled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                RangePage page = await store.ReadAllAsync(range, ClusterStoreRanges.DefaultPageSize, cancellationToken);
                Set(page.Entries.ToImmutableDictionary(entry => entry.Key, StringComparer.Ordinal));
                _known.TrySetResult();
                await foreach (WatchBatch batch in store.WatchAsync(range, page.Revision + 1, cancellationToken))
                {
                    Apply(batch);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (ClusterCompactedException)
            {
                // Read again.
            }
            catch (ClusterException failure)
            {
                onProblem(failure);
                await Task.Delay(Pause, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Apply(WatchBatch batch)
    {
        ImmutableDictionary<string, ClusterEntry>.Builder entries = _entries.ToBuilder();
        foreach (WatchEvent change in batch.Events)
        {
            if (change.Entry is { } entry)
            {
                entries[change.Key] = entry;
            }
            else
            {
                entries.Remove(change.Key);
            }
        }

        Set(entries.ToImmutable());
    }

    private void Set(ImmutableDictionary<string, ClusterEntry> entries)
    {
        _entries = entries;
        Interlocked.Exchange(ref _changed, NewSignal()).TrySetResult();
    }
}
