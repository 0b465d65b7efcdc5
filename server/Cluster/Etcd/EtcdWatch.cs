using System.Collections.Immutable;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Basalt.Server.Cluster.Etcd;

/// <summary>
/// A watch that is taken up again wherever it was broken off. Invariants: (1) <c>_next</c> is behind the last revision that was told, and moves only
/// by whole revisions; (2) what comes from before <c>_next</c> was told already and is dropped.
/// </summary>
internal sealed class EtcdWatch(EtcdClient client, KeyRange range, long fromRevision)
{
    // A fragment is at most about as large as a request may be, 1.5 MiB by default, and base64 makes a third more of it.
    private const int MaxMessageBytes = 16 << 20;
    private const int MaxPendingEvents = 1_000_000;

    private readonly List<WatchEvent> _pending = [];
    private long _next = fromRevision;
    private bool _isTokenRefused;

    /// <summary>Tells batches until it is cancelled.</summary>
    public async IAsyncEnumerable<WatchBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (int failures = 0; ; failures++)
        {
            using HttpResponseMessage? response = await OpenAsync(cancellationToken);
            if (response is not null)
            {
                await using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
                var lines = new EtcdLines(body, MaxMessageBytes);
                _pending.Clear();
                while (await ReadMessageAsync(lines, cancellationToken) is { } message && !await IsEndedAsync(message, cancellationToken))
                {
                    if (Take(message) is { } batch)
                    {
                        failures = 0;
                        _isTokenRefused = false;
                        _next = batch.LastRevision + 1;
                        yield return batch;
                    }
                }

                client.MoveOn();
            }

            await client.PauseAsync(failures, cancellationToken);
        }
    }

    /// <summary>Opens the watch at a member; null if that member does not serve it.</summary>
    private async Task<HttpResponseMessage?> OpenAsync(CancellationToken cancellationToken)
    {
        // From one revision earlier: if history was compacted exactly at _next, etcd forgets the deletions that _next made and does not say so;
        // asked for the revision before, it says that it was compacted.
        var request = new EtcdMessages.WatchRequest(
            new EtcdMessages.WatchCreateRequest(EtcdText.Bytes(range.Start), EtcdText.Bytes(range.End), Math.Max(_next - 1, 1), Fragment: true));
        try
        {
            return await client.StreamAsync(
                "watch", JsonSerializer.SerializeToUtf8Bytes(request, EtcdJsonContext.Default.WatchRequest), cancellationToken);
        }
        catch (ClusterUnavailableException)
        {
            return null;
        }
        catch (ClusterAccessException) when (!_isTokenRefused)
        {
            _isTokenRefused = true;
            await client.RenewTokenAsync(cancellationToken);
            return null;
        }
    }

    private static async Task<EtcdMessages.WatchResponse?> ReadMessageAsync(EtcdLines lines, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte>? line;
        try
        {
            line = await lines.ReadAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException)
        {
            return null;
        }

        if (line is not { } message)
        {
            return null;
        }

        try
        {
            if (JsonSerializer.Deserialize(message.Span, EtcdJsonContext.Default.WatchMessage)?.Result is { } result)
            {
                return result;
            }
        }
        catch (JsonException failure)
        {
            throw new ClusterRequestException($"etcd's message is not understood: {failure.Message}", failure);
        }

        ClusterException error = EtcdError.Read(message.Span, HttpStatusCode.OK).ToException("watch");
        return error is ClusterUnavailableException ? null : throw error;
    }

    /// <summary>Whether etcd ended the watch in a way that lets it be opened anew.</summary>
    private async Task<bool> IsEndedAsync(EtcdMessages.WatchResponse message, CancellationToken cancellationToken)
    {
        if (!message.Canceled)
        {
            return false;
        }

        if (message.CompactRevision > 0)
        {
            throw new ClusterCompactedException($"Changes from revision {_next} on are gone: history was compacted at {message.CompactRevision}.")
            {
                CompactRevision = message.CompactRevision,
            };
        }

        var reason = new EtcdError(null, message.CancelReason ?? "");
        if (reason.IsTokenRefused && !_isTokenRefused)
        {
            _isTokenRefused = true;
            await client.RenewTokenAsync(cancellationToken);
        }
        else if (reason.IsAccessRefused)
        {
            throw new ClusterAccessException($"watch: {reason.Message}");
        }

        return true;
    }

    /// <summary>The batch that a message completes; null for none.</summary>
    private WatchBatch? Take(EtcdMessages.WatchResponse message)
    {
        foreach (EtcdMessages.Event change in message.Events ?? [])
        {
            EtcdMessages.KeyValue entry = change.Kv ?? throw new ClusterRequestException("etcd told a change of no key.");
            if (entry.ModRevision >= _next)
            {
                string key = EtcdText.Key(entry.Key);
                _pending.Add(new WatchEvent(key, entry.ModRevision, change.Type == "DELETE" ? null : EtcdText.Entry(entry)));
            }
        }

        if (_pending.Count > MaxPendingEvents)
        {
            throw new ClusterRequestException($"etcd told more than {MaxPendingEvents} changes in one piece.");
        }

        if (message.Fragment || _pending.Count == 0)
        {
            return null;
        }

        ImmutableArray<WatchEvent> events = [.. _pending];
        _pending.Clear();
        return new WatchBatch(events[^1].Revision, events);
    }
}
