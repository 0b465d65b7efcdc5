using Basalt.Server.Api;
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
        _http = PeerHttp.Create(credentials, timeouts.Connect);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<byte[]?>> ReadAsync(NodeShards shards, IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        using PeerMessageWriter message = PeerRequest.Begin(shards, _cluster.SchemaRevision);
        message.Ids(ids);
        (byte[]?[] records, long revision) = await CallForRevisionAsync(
            shards, PeerPaths.Read, message, _timeouts.Call, answer => ReadRecords(answer, ids.Count), cancellationToken);
        if (FindProblem(shards, ids, records) is not null)
        {
            // The node may be ahead: a property that was added a moment ago is not known here yet.
            await AwaitSchemaAsync(revision, cancellationToken);
            if (FindProblem(shards, ids, records) is { } problem)
            {
                throw RequestException.WrongAnswer(shards, problem);
            }
        }

        return records;
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
            shards, PeerPaths.Lengths, message, _timeouts.Call, answer => lengths.Select(_ => ReadLength(answer)).ToArray(), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<SearchHit>> SearchAsync(ShardSearch search, CancellationToken cancellationToken) =>
        SearchAsync<IReadOnlyList<SearchHit>>(PeerPaths.Search, search, answer => FoundCheck.Check(search, HitMessage.Read(answer)), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Guid>> MatchAsync(ShardSearch search, CancellationToken cancellationToken) =>
        SearchAsync<IReadOnlyList<Guid>>(PeerPaths.Match, search, answer => FoundCheck.Check(search, answer.Ids()), cancellationToken);

    /// <inheritdoc/>
    public Task<long> CountAsync(ShardSearch search, CancellationToken cancellationToken) =>
        SearchAsync(PeerPaths.Count, search, ReadCount, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<T> SearchAsync<T>(string path, ShardSearch search, Func<PeerMessageReader, T> read, CancellationToken cancellationToken)
    {
        using PeerMessageWriter message = PeerRequest.Begin(search.Shards, _cluster.SchemaRevision);
        SearchMessage.Write(message, search);
        return await CallAsync(search.Shards, path, message, _timeouts.Search, read, cancellationToken);
    }

    private static int ReadLength(PeerMessageReader answer) =>
        answer.Int32() is > 0 and int length ? length : throw new PeerMessageException("the answer has a vector without a length");

    private static long ReadCount(PeerMessageReader answer) =>
        answer.Int64() is >= 0 and long count ? count : throw new PeerMessageException("the answer counts less than no objects");

    private async Task AwaitSchemaAsync(long revision, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_timeouts.Schema);
        try
        {
            await _cluster.AwaitSchemaAsync(revision, patience.Token).WaitAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // What the caller finds wrong stays wrong.
        }
    }

    private static string? FindProblem(NodeShards shards, IReadOnlyList<Guid> ids, byte[]?[] records) => records
        .Select((record, index) => record is null ? null : RecordCheck.FindProblem(shards.Class.Definition, ids[index], record))
        .FirstOrDefault(static problem => problem is not null);

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
