using System.Collections.Immutable;
using Basalt.Server.Api;

namespace Basalt.Server.Cluster.Members;

/// <summary>Which nodes are there now, as the store tells it. Follows the store until it is disposed; thread-safe.</summary>
internal sealed class MemberDirectory : IAsyncDisposable
{
    // Between attempts to follow a store that cannot be followed at present.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly IClusterStore _store;
    private readonly ClusterKeys _keys;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stopped = new();
    private readonly TaskCompletionSource _known = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _following;
    private volatile TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ImmutableSortedDictionary<string, MemberRecord> _members =
        ImmutableSortedDictionary.Create<string, MemberRecord>(StringComparer.Ordinal);

    /// <param name="store">Where the members register.</param>
    /// <param name="keys">Under which names.</param>
    /// <param name="clock">The clock of pauses.</param>
    public MemberDirectory(IClusterStore store, ClusterKeys keys, TimeProvider clock)
    {
        _store = store;
        _keys = keys;
        _clock = clock;
        _following = FollowAsync();
    }

    /// <summary>The members by name.</summary>
    public ImmutableSortedDictionary<string, MemberRecord> Members => _members;

    /// <summary>Completes when the members have been read once.</summary>
    public Task Known => _known.Task;

    /// <summary>Completes at the next change after this property was read.</summary>
    public Task Changed => _changed.Task;

    /// <summary>The members as the store has them now, whatever has been told here yet.</summary>
    /// <exception cref="ClusterException">The store cannot be read.</exception>
    public async Task<ImmutableSortedDictionary<string, MemberRecord>> ReadAsync(CancellationToken cancellationToken) =>
        Decode(await _store.ReadAllAsync(_keys.Members, ClusterStoreRanges.DefaultPageSize, cancellationToken));

    /// <summary>Where a node is.</summary>
    /// <exception cref="RequestException">503: it is not there now.</exception>
    public Uri AddressOf(string node) =>
        _members.TryGetValue(node, out MemberRecord? member)
            ? member.Address
            : throw RequestException.Handler(
                StatusCodes.Status503ServiceUnavailable, $"node '{node}' is not there at present; what it has is available when it is back");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        await _following;
        _stopped.Dispose();
    }

    private async Task FollowAsync()
    {
        while (!_stopped.IsCancellationRequested)
        {
            try
            {
                RangePage page = await _store.ReadAllAsync(_keys.Members, ClusterStoreRanges.DefaultPageSize, _stopped.Token);
                Show(Decode(page));
                _known.TrySetResult();
                await foreach (WatchBatch batch in _store.WatchAsync(_keys.Members, page.Revision + 1, _stopped.Token))
                {
                    Show(Apply(_members, batch));
                }
            }
            catch (OperationCanceledException) when (_stopped.IsCancellationRequested)
            {
                return;
            }
            catch (ClusterException)
            {
                // What was known last stays: whoever asks a node that is gone hears that from the connection. Read again.
                await Task.Delay(Pause, _clock, _stopped.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private ImmutableSortedDictionary<string, MemberRecord> Apply(ImmutableSortedDictionary<string, MemberRecord> members, WatchBatch batch)
    {
        foreach (WatchEvent change in batch.Events)
        {
            string node = _keys.MemberOf(change.Key);
            members = change.Entry is { } entry ? members.SetItem(node, Decode(entry)) : members.Remove(node);
        }

        return members;
    }

    private ImmutableSortedDictionary<string, MemberRecord> Decode(RangePage page) =>
        page.Entries.ToImmutableSortedDictionary(entry => _keys.MemberOf(entry.Key), Decode, StringComparer.Ordinal);

    private MemberRecord Decode(ClusterEntry entry) => MemberRecord.Decode(_keys.MemberOf(entry.Key), entry.Value);

    private void Show(ImmutableSortedDictionary<string, MemberRecord> members)
    {
        _members = members;
        Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }
}
