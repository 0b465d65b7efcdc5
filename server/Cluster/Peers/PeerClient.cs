using Basalt.Server.Cluster.Clock;
using Basalt.Server.Schema;
using Basalt.Server.Search;
using Basalt.Server.Shards;

namespace Basalt.Server.Cluster.Peers;

/// <summary>Asks other nodes for what is in their shards. Thread-safe.</summary>
internal sealed partial class PeerClient : IShardPeers, IDisposable
{
    private readonly IClusterView _cluster;
    private readonly PeerTimeouts _timeouts;
    private readonly CausalClock? _clock;
    private readonly HttpClient _http;

    /// <param name="cluster">Knows where nodes are.</param>
    /// <param name="credentials">Let this node in.</param>
    /// <param name="timeouts">How long it waits.</param>
    /// <param name="clock">Goes along with calls, both ways; null for none.</param>
    public PeerClient(IClusterView cluster, PeerCredentials credentials, PeerTimeouts timeouts, CausalClock? clock = null)
    {
        _cluster = cluster;
        _timeouts = timeouts;
        _clock = clock;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectCallback = KeepAliveConnection.OpenAsync,
            ConnectTimeout = timeouts.Connect,
            UseCookies = false,
            UseProxy = false,
        };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Authorization = credentials.Header;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<byte[]?>> ReadAsync(NodeShards shards, IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        using PeerMessageWriter message = PeerRequest.Begin(shards, _cluster.SchemaRevision);
        message.Ids(ids);
        return await CallAsync(shards, PeerPaths.Read, message, _timeouts.Call, answer => ReadRecords(answer, ids.Count), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<bool> ContainsAsync(ShardTarget target, Guid id, CancellationToken cancellationToken)
    {
        NodeShards shards = NodeShards.Of(target);
        using PeerMessageWriter message = PeerRequest.Begin(shards, _cluster.SchemaRevision);
        message.Id(id);
        return await CallAsync(shards, PeerPaths.Contains, message, _timeouts.Call, static answer => answer.Flag(), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task CommitAsync(ShardTarget target, WriteWindow window, CancellationToken cancellationToken)
    {
        NodeShards shards = NodeShards.Of(target);
        using PeerMessageWriter message = PeerRequest.Begin(shards, _cluster.SchemaRevision);
        WindowMessage.Write(message, window);
        await CallAsync(
            shards,
            PeerPaths.Commit,
            message,
            _timeouts.Call,
            answer =>
            {
                WindowMessage.ReadOutcomes(answer, window);
                return true;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<int>> FixLengthsAsync(
        ShardTarget target, IReadOnlyList<(string Name, int Length)> lengths, CancellationToken cancellationToken)
    {
        NodeShards shards = NodeShards.Of(target);
        using PeerMessageWriter message = PeerRequest.Begin(shards, _cluster.SchemaRevision);
        message.Int32(lengths.Count);
        foreach ((string name, int length) in lengths)
        {
            message.Text(name);
            message.Int32(length);
        }

        return await CallAsync(
            shards, PeerPaths.Lengths, message, _timeouts.Call, answer => lengths.Select(_ => answer.Int32()).ToArray(), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<SearchHit>> SearchAsync(ShardSearch search, CancellationToken cancellationToken) =>
        SearchAsync<IReadOnlyList<SearchHit>>(PeerPaths.Search, search, HitMessage.Read, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Guid>> MatchAsync(ShardSearch search, CancellationToken cancellationToken) =>
        SearchAsync<IReadOnlyList<Guid>>(PeerPaths.Match, search, static answer => answer.Ids(), cancellationToken);

    /// <inheritdoc/>
    public Task<long> CountAsync(ShardSearch search, CancellationToken cancellationToken) =>
        SearchAsync(PeerPaths.Count, search, static answer => answer.Int64(), cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<T> SearchAsync<T>(string path, ShardSearch search, Func<PeerMessageReader, T> read, CancellationToken cancellationToken)
    {
        using PeerMessageWriter message = PeerRequest.Begin(search.Shards, _cluster.SchemaRevision);
        SearchMessage.Write(message, search);
        return await CallAsync(search.Shards, path, message, _timeouts.Search, read, cancellationToken);
    }

    private static byte[]?[] ReadRecords(PeerMessageReader answer, int asked)
    {
        byte[]?[] records = new byte[answer.Count(sizeof(int))][];
        for (int i = 0; i < records.Length; i++)
        {
            int length = answer.Int32();
            records[i] = length == -1 ? null : answer.Raw(length).ToArray();
        }

        return records.Length <= asked && records.Length >= Math.Min(asked, 1)
            ? records
            : throw new PeerMessageException($"the answer has {records.Length} of {asked} objects");
    }
}
