using System.Collections.Immutable;
using Basalt.Server.Api;

namespace Basalt.Server.Cluster.Members;

/// <summary>Which nodes are there now, as the store tells it. Follows the store until it is disposed; thread-safe.</summary>
internal sealed class MemberDirectory : IAsyncDisposable
{
    private readonly IClusterStore _store;
    private readonly ClusterKeys _keys;
    private readonly Action<Exception> _onProblem;
    private readonly StoreMirror _mirror;
    private readonly CancellationTokenSource _stopped = new();
    private readonly Task _following;
    private volatile Tuple<ImmutableDictionary<string, ClusterEntry>, ImmutableSortedDictionary<string, MemberRecord>>? _decoded;

    /// <param name="store">Where the members register.</param>
    /// <param name="keys">Under which names.</param>
    /// <param name="clock">The clock of pauses.</param>
    /// <param name="onProblem">Hears why the store cannot be followed, and of records that cannot be read; null for nobody.</param>
    public MemberDirectory(IClusterStore store, ClusterKeys keys, TimeProvider clock, Action<Exception>? onProblem = null)
    {
        _store = store;
        _keys = keys;
        _onProblem = onProblem ?? (static _ => { });
        _mirror = new StoreMirror(store, keys.Members, clock, _onProblem);
        _following = _mirror.RunAsync(_stopped.Token);
    }

    /// <summary>The members by name. While the store cannot be followed, those that were known last.</summary>
    public ImmutableSortedDictionary<string, MemberRecord> Members
    {
        get
        {
            ImmutableDictionary<string, ClusterEntry> entries = _mirror.Entries;
            if (_decoded is not { } known || !ReferenceEquals(known.Item1, entries))
            {
                _decoded = known = Tuple.Create(entries, Decode(entries.Values));
            }

            return known.Item2;
        }
    }

    /// <summary>Completes when the members have been read once.</summary>
    public Task Known => _mirror.Known;

    /// <summary>Completes at the next change after this property was read.</summary>
    public Task Changed => _mirror.Changed;

    /// <summary>The members as the store has them now, whatever has been told here yet.</summary>
    /// <exception cref="ClusterException">The store cannot be read, or the record of a member: none may be left out here.</exception>
    public async Task<ImmutableSortedDictionary<string, MemberRecord>> ReadAsync(CancellationToken cancellationToken) =>
        (await _store.ReadAllAsync(_keys.Members, ClusterStoreRanges.DefaultPageSize, cancellationToken)).Entries.ToImmutableSortedDictionary(
            entry => _keys.MemberOf(entry.Key), entry => MemberRecord.Decode(_keys.MemberOf(entry.Key), entry.Value), StringComparer.Ordinal);

    /// <summary>Where a node is.</summary>
    /// <exception cref="RequestException">503: it is not there now.</exception>
    public Uri AddressOf(string node) =>
        Members.TryGetValue(node, out MemberRecord? member)
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

    private ImmutableSortedDictionary<string, MemberRecord> Decode(IEnumerable<ClusterEntry> entries)
    {
        ImmutableSortedDictionary<string, MemberRecord>.Builder members = ImmutableSortedDictionary.CreateBuilder<string, MemberRecord>(StringComparer.Ordinal);
        foreach (ClusterEntry entry in entries)
        {
            string node = _keys.MemberOf(entry.Key);
            try
            {
                members.Add(node, MemberRecord.Decode(node, entry.Value));
            }
            catch (ClusterException unreadable)
            {
                // Of a newer server: this one cannot reach it, and must not lose sight of all others for that.
                _onProblem(unreadable);
            }
        }

        return members.ToImmutable();
    }
}
