using Basalt.Server.Api;
using Basalt.Server.Configuration;
using Basalt.Server.Objects;
using Basalt.Server.Schema;
using Basalt.Server.Search;
using Basalt.Server.Shards;
using Microsoft.AspNetCore.Http.Features;

namespace Basalt.Server.Cluster.Peers;

/// <summary>
/// Answers other nodes for the shards that are here. No request leads to another one, so nodes cannot wait for each other in a circle. Only
/// nodes with the credentials of the cluster are let in, however open the rest of the server is.
/// </summary>
internal sealed class PeerEndpoints(
    IClusterView cluster, PeerCredentials credentials, PeerTimeouts timeouts, ClassCatalog catalog, LocalSearcher searcher, ServerSettings settings)
    : IDisposable
{
    // A window with the largest object, and what that is an update of.
    private const long MaxBodyBytes = 256L << 20;

    // Of bodies below there may be any number at a time.
    private const long SmallBodyBytes = 64 << 10;

    // An answer with objects ends with the one that makes it larger.
    private const int MaxRecordBytes = 4 << 20;

    // Apart, because searches can take long.
    private readonly SemaphoreSlim _largeWrites = new(settings.MaxConcurrentBatches);
    private readonly SemaphoreSlim _largeReads = new(settings.MaxConcurrentBatches);

    public void Map(IEndpointRouteBuilder routes)
    {
        Map(routes, PeerPaths.Read, ReadAsync);
        Map(routes, PeerPaths.Contains, ContainsAsync);
        Map(routes, PeerPaths.Commit, CommitAsync);
        Map(routes, PeerPaths.Lengths, FixLengthsAsync);
        Map(routes, PeerPaths.Search, SearchAsync);
        Map(routes, PeerPaths.Match, MatchAsync);
        Map(routes, PeerPaths.Count, CountAsync);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _largeWrites.Dispose();
        _largeReads.Dispose();
    }

    private void Map(IEndpointRouteBuilder routes, string path, Handler handler) =>
        routes.MapPost(path, context => ServeAsync(context, path == PeerPaths.Commit ? _largeWrites : _largeReads, handler)).ForPeers(credentials);

    private async Task ServeAsync(HttpContext context, SemaphoreSlim largeBodies, Handler handler)
    {
        if (cluster.IsFenced)
        {
            throw RequestException.Handler(
                StatusCodes.Status503ServiceUnavailable, $"node '{cluster.Self}' has lost its membership of the cluster and waits to get it back");
        }

        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = MaxBodyBytes;
        bool isLarge = context.Request.ContentLength is null or > SmallBodyBytes;
        if (isLarge)
        {
            await largeBodies.WaitAsync(context.RequestAborted);
        }

        try
        {
            await ServeBodyAsync(context, handler);
        }
        catch (PeerMessageException exception)
        {
            throw RequestException.Framework(StatusCodes.Status400BadRequest, $"the message from another node is malformed: {exception.Message}");
        }
        finally
        {
            if (isLarge)
            {
                largeBodies.Release();
            }
        }
    }

    private async Task ServeBodyAsync(HttpContext context, Handler handler)
    {
        CancellationToken cancellationToken = context.RequestAborted;
        using PooledBuffer body = await ReadBodyAsync(context);
        var message = new PeerMessageReader(body.WrittenMemory);
        var request = PeerRequest.Read(message);
        if (request.Node != cluster.Self)
        {
            throw RequestException.Handler(
                StatusCodes.Status503ServiceUnavailable, $"a request for node '{request.Node}' arrived at node '{cluster.Self}': what is its address now is another's");
        }

        await AwaitSchemaAsync(request.SchemaRevision, cancellationToken);
        NodeShards shards = FindShards(request);
        using var answer = new PeerMessageWriter();
        PeerAnswer.Begin(answer, shards);
        await handler(message, shards, answer, cancellationToken);
        PeerAnswer.End(answer, cluster.SchemaRevision);
        ReadOnlyMemory<byte> bytes = answer.Complete();
        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, cancellationToken);
    }

    private static async Task<PooledBuffer> ReadBodyAsync(HttpContext context)
    {
        var body = new PooledBuffer((int)Math.Clamp(context.Request.ContentLength ?? 0, 1024, 1 << 20));
        try
        {
            while (await context.Request.Body.ReadAsync(body.GetMemory(16 << 10), context.RequestAborted) is > 0 and int count)
            {
                body.Advance(count);
            }

            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    private async Task AwaitSchemaAsync(long revision, CancellationToken cancellationToken)
    {
        try
        {
            await cluster.AwaitSchemaAsync(revision, cancellationToken).WaitAsync(timeouts.Schema, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw RequestException.Handler(
                StatusCodes.Status503ServiceUnavailable,
                $"node '{cluster.Self}' has not applied revision {revision} of the schema within {timeouts.Schema.TotalSeconds:0} s; it is at {cluster.SchemaRevision}");
        }
    }

    private NodeShards FindShards(PeerRequest request)
    {
        StoredClass owner = catalog.Find(request.ClassName) is { } found && found.Name == request.ClassName && found.Record.Id == request.ClassId
            ? found
            : throw RequestException.Unprocessable($"class '{request.ClassName}' was deleted meanwhile");
        ClassScope scope = owner.ScopeOf(request.Tenant);
        return new NodeShards(null, owner, request.Tenant, [.. request.Shards.Select(FindShard)]);

        ClassShard FindShard(string name) => scope.Shards.FirstOrDefault(shard => shard.Name == name && shard.Local is not null)
            ?? throw RequestException.Handler(
                StatusCodes.Status503ServiceUnavailable, $"shard '{name}' of class '{owner.Name}' is not on node '{cluster.Self}'");
    }

    /// <summary>The shard of an object, which must be one of those that the message names.</summary>
    private static Shard ShardOf(NodeShards shards, Guid id)
    {
        ClassShard shard = shards.Class.ScopeOf(shards.Tenant).ShardOf(id).Shard;
        return shards.Shards.Contains(shard) ? shard.Local! : throw new PeerMessageException($"object {id} is in none of the shards that the message names");
    }

    private static Task ReadAsync(PeerMessageReader message, NodeShards shards, PeerMessageWriter answer, CancellationToken cancellationToken)
    {
        Guid[] ids = message.Ids();
        message.End();
        using var records = new PeerMessageWriter();
        using var record = new PooledBuffer();
        int count = 0;
        for (; count < ids.Length && records.Length < MaxRecordBytes; count++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            record.Truncate(0);
            if (ShardOf(shards, ids[count]).TryRead(ids[count], record))
            {
                records.Bytes(record.Written);
            }
            else
            {
                records.Int32(-1);
            }
        }

        answer.Int32(count);
        answer.Raw(records.Fields);
        return Task.CompletedTask;
    }

    private static Task ContainsAsync(PeerMessageReader message, NodeShards shards, PeerMessageWriter answer, CancellationToken cancellationToken)
    {
        Guid id = message.Id();
        message.End();
        answer.Flag(ShardOf(shards, id).Contains(id));
        return Task.CompletedTask;
    }

    private static async Task CommitAsync(PeerMessageReader message, NodeShards shards, PeerMessageWriter answer, CancellationToken cancellationToken)
    {
        using var window = new WriteWindow();
        WindowMessage.Read(message, window);
        message.End();
        Shard shard = OnlyShard(shards);
        foreach (ref readonly ObjectWrite write in window.Writes)
        {
            ShardOf(shards, write.Id);
        }

        await shard.CommitAsync(window, shards.Class, cancellationToken);
        WindowMessage.WriteOutcomes(answer, window);
    }

    private static async Task FixLengthsAsync(PeerMessageReader message, NodeShards shards, PeerMessageWriter answer, CancellationToken cancellationToken)
    {
        var lengths = new (string Name, int Length)[message.Count(2 * sizeof(int))];
        for (int i = 0; i < lengths.Length; i++)
        {
            (string name, int length) = (message.RequiredText(), message.Int32());
            lengths[i] = length > 0 && name.Length <= byte.MaxValue ? (name, length) : throw new PeerMessageException($"no vector has length {length}, or such a name");
        }

        message.End();
        foreach (int length in await OnlyShard(shards).FixLengthsAsync(lengths, shards.Class, cancellationToken))
        {
            answer.Int32(length);
        }
    }

    private static Shard OnlyShard(NodeShards shards) =>
        shards.Shards is [{ Local: { } only }] ? only : throw new PeerMessageException("the message is for one shard, but names several");

    private async Task SearchAsync(PeerMessageReader message, NodeShards shards, PeerMessageWriter answer, CancellationToken cancellationToken)
    {
        using FoundHits hits = await searcher.SearchAsync(ReadSearch(message, shards), cancellationToken);
        HitMessage.Write(answer, hits.Hits);
    }

    private async Task MatchAsync(PeerMessageReader message, NodeShards shards, PeerMessageWriter answer, CancellationToken cancellationToken)
    {
        ShardSearch search = ReadSearch(message, shards);
        answer.Ids(search.Filter is null ? throw new PeerMessageException("the search has no filter") : await searcher.MatchAsync(search, cancellationToken));
    }

    private async Task CountAsync(PeerMessageReader message, NodeShards shards, PeerMessageWriter answer, CancellationToken cancellationToken) =>
        answer.Int64(await searcher.CountAsync(ReadSearch(message, shards), cancellationToken));

    private ShardSearch ReadSearch(PeerMessageReader message, NodeShards shards)
    {
        ShardSearch search = SearchMessage.Read(message, shards, catalog);
        message.End();
        return search;
    }

    private delegate Task Handler(PeerMessageReader message, NodeShards shards, PeerMessageWriter answer, CancellationToken cancellationToken);
}
