using Basalt.Server.Schema;

namespace Basalt.Server.Cluster.Schema;

/// <remarks>How this node applies what the store tells: one at a time, in order, and all of it again when it missed something.</remarks>
internal sealed partial class SchemaLog
{
    private async Task FollowAsync()
    {
        while (!_stopped.IsCancellationRequested)
        {
            try
            {
                await foreach (WatchBatch batch in _store.WatchAsync(_keys.Schema, Revision + 1, _stopped.Token))
                {
                    await _applying.WaitAsync(_stopped.Token);
                    try
                    {
                        await ApplyAsync(batch);
                    }
                    finally
                    {
                        _applying.Release();
                    }
                }
            }
            catch (OperationCanceledException) when (_stopped.IsCancellationRequested)
            {
                return;
            }
            catch (ClusterCompactedException)
            {
                await TryReadAsync();
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                // A change that cannot be applied here, for want of space for example, is tried again from what the store says then. Until it
                // is applied this node waits with requests that come from nodes that have it.
                _replica.Lags(failure);
                await Task.Delay(Pause, _clock, _stopped.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await TryReadAsync();
            }
        }
    }

    private async Task TryReadAsync()
    {
        try
        {
            await ReadInTurnAsync(_stopped.Token);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            _replica.Lags(failure);
            await Task.Delay(Pause, _clock, _stopped.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReadInTurnAsync(CancellationToken cancellationToken)
    {
        await _applying.WaitAsync(cancellationToken);
        try
        {
            await ReadAsync(cancellationToken);
        }
        finally
        {
            _applying.Release();
        }
    }

    /// <summary>Requires: turn to apply.</summary>
    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        RangePage page = await _store.ReadAllAsync(_keys.Schema, ClusterStoreRanges.DefaultPageSize, cancellationToken);
        if (page.Revision < Revision)
        {
            return;
        }

        long version = page.Entries.FirstOrDefault(entry => entry.Key == _keys.SchemaVersion)?.ModRevision ?? 0;
        IEnumerable<SchemaEntry> bundled = page.Entries.FirstOrDefault(entry => entry.Key == _keys.SchemaBundle) is { } bundle ? SchemaBundle.Decode(bundle.Value) : [];
        SchemaEntry[] entries = [.. page.Entries.Select(ToEntry).OfType<SchemaEntry>().UnionBy(bundled, entry => (entry.ClassName, entry.Key))];
        await _replica.ReplaceAsync(entries, version, cancellationToken);
        Reach(page.Revision, version);
    }

    /// <summary>Requires: turn to apply.</summary>
    private async Task ApplyAsync(WatchBatch batch)
    {
        foreach (IGrouping<long, WatchEvent> step in batch.Events.Where(change => change.Revision > Revision).GroupBy(change => change.Revision))
        {
            long version = step.LastOrDefault(change => change.Key == _keys.SchemaVersion)?.Revision ?? Version;
            ClusterEntry? bundle = step.LastOrDefault(change => change.Key == _keys.SchemaBundle)?.Entry;
            SchemaEntry[] entries = bundle is not null ? [.. SchemaBundle.Decode(bundle.Value)] : [.. step.Select(ToEntry).OfType<SchemaEntry>()];
            await _replica.ApplyAsync(new SchemaChange([.. entries]), version);
            Reach(step.Key, version);
        }

        Reach(Math.Max(batch.LastRevision, Revision), Version);
    }

    private SchemaEntry? ToEntry(ClusterEntry entry) =>
        _keys.ClassEntryOf(entry.Key) is { } name ? new SchemaEntry(name.ClassName, name.Entry, entry.Value) : null;

    private SchemaEntry? ToEntry(WatchEvent change) =>
        _keys.ClassEntryOf(change.Key) is { } name ? new SchemaEntry(name.ClassName, name.Entry, change.Entry?.Value) : null;

    private void Reach(long revision, long version)
    {
        lock (_lock)
        {
            _version = version;
            _revision = revision;
            foreach ((long wanted, TaskCompletionSource reached) in _waiting.Where(waiting => waiting.Version <= version))
            {
                reached.TrySetResult();
            }

            _waiting.RemoveAll(waiting => waiting.Version <= version);
        }
    }
}
