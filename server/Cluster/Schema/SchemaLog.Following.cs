using System.Collections.Immutable;
using System.Text;
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
            while (!await TryReadAllAsync(cancellationToken))
            {
            }
        }
        finally
        {
            _applying.Release();
        }
    }

    /// <returns>False if the store forgot meanwhile what was being read, so that it has to be read again.</returns>
    private async Task<bool> TryReadAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ReadAsync(cancellationToken);
            return true;
        }
        catch (ClusterCompactedException)
        {
            return false;
        }
    }

    /// <summary>Requires: turn to apply.</summary>
    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        RangePage page = await _store.ReadAllAsync(_keys.Schema, ClusterStoreRanges.DefaultPageSize, cancellationToken);
        if (page.Revision < Revision)
        {
            throw new ClusterException(
                $"The cluster's store is at revision {page.Revision}, and this node has seen {Revision}: it was restored from a backup of its own. Restart this node.");
        }

        SchemaVersion version = page.Entries.FirstOrDefault(entry => entry.Key == _keys.SchemaVersion) is { } newest ? VersionOf(newest) : SchemaVersion.None;
        IEnumerable<SchemaEntry> bundled = page.Entries.FirstOrDefault(entry => entry.Key == _keys.SchemaBundle) is { } bundle
            ? await _bundles.ReadAsync(bundle, page.Revision, cancellationToken)
            : [];
        SchemaEntry[] entries = [.. page.Entries.Select(ToEntry).OfType<SchemaEntry>().UnionBy(bundled, entry => (entry.ClassName, entry.Key))];
        bool hasLastChange = _replica.LastChange is not { } known || await _store.FindAsync(_keys.LineagePrefix + known, cancellationToken) is not null;
        await _replica.ReplaceAsync(entries, version, hasLastChange, cancellationToken);
        Reach(page.Revision, version);
    }

    /// <summary>Requires: turn to apply.</summary>
    private async Task ApplyAsync(WatchBatch batch)
    {
        foreach (IGrouping<long, WatchEvent> step in batch.Events.Where(change => change.Revision > Revision).GroupBy(change => change.Revision))
        {
            // Without a new version it is a step of an unpacking: the entries of a bundle, which are applied already, get keys of their own.
            if (step.LastOrDefault(change => change.Key == _keys.SchemaVersion) is { } changed)
            {
                if (changed.Entry is null)
                {
                    throw new ClusterException("The cluster's store has lost the schema: somebody deleted its version. No class is deleted here for that.");
                }

                SchemaVersion version = VersionOf(changed.Entry);
                await ApplyAsync(step, version);
                Reach(step.Key, version);
            }
        }

        Reach(Math.Max(batch.LastRevision, Revision), _version);
    }

    private async Task ApplyAsync(IGrouping<long, WatchEvent> step, SchemaVersion version)
    {
        ClusterEntry? bundle = step.LastOrDefault(change => change.Key == _keys.SchemaBundle)?.Entry;
        ImmutableArray<SchemaEntry> entries = bundle is not null
            ? await _bundles.ReadAsync(bundle, step.Key, _stopped.Token)
            : [.. step.Select(ToEntry).OfType<SchemaEntry>()];
        await _replica.ApplyAsync(new SchemaChange(entries), version);
    }

    private SchemaEntry? ToEntry(ClusterEntry entry) =>
        _keys.ClassEntryOf(entry.Key) is { } name ? new SchemaEntry(name.ClassName, name.Entry, entry.Value) : null;

    private SchemaEntry? ToEntry(WatchEvent change) =>
        _keys.ClassEntryOf(change.Key) is { } name ? new SchemaEntry(name.ClassName, name.Entry, change.Entry?.Value) : null;

    private static SchemaVersion VersionOf(ClusterEntry entry) => new(entry.ModRevision, Encoding.ASCII.GetString(entry.Value.Span));

    private void Reach(long revision, SchemaVersion version)
    {
        lock (_lock)
        {
            _version = version;
            _revision = revision;
            foreach ((long wanted, TaskCompletionSource reached) in _waiting.Where(waiting => waiting.Version <= version.Revision))
            {
                reached.TrySetResult();
            }

            _waiting.RemoveAll(waiting => waiting.Version <= version.Revision);
        }
    }
}
