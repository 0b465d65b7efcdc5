using System.Globalization;
using System.Runtime.InteropServices;
using Basalt.Server.Grpc.Protocol;
using Basalt.Server.Objects;
using Basalt.Server.Schema;
using Basalt.Server.Search;
using Basalt.Server.Shards;
using Google.Protobuf;

namespace Basalt.Server.Grpc;

/// <summary>Searches: by filter, by vector, sorted or page by page. An answer is built object by object; large ones take turns.</summary>
internal sealed class SearchService(ClassCatalog catalog, ObjectSearcher searcher, ShardRouter router, int largeReplies) : IDisposable
{
    /// <summary>The most bytes of a request that is no batch.</summary>
    public const int MaxRequestBytes = 16 << 20;

    private const int LargeReplyBytes = 4 << 20;

    private readonly SemaphoreSlim _largeReplies = new(largeReplies);

    /// <summary>The methods by path.</summary>
    public IEnumerable<KeyValuePair<string, Func<GrpcCall, Task>>> Methods => [new("/weaviate.v1.Weaviate/Search", SearchAsync)];

    /// <inheritdoc/>
    public void Dispose() => _largeReplies.Dispose();

    private async Task SearchAsync(GrpcCall call)
    {
        SearchRequest request = await call.ReadAsync(SearchRequest.Parser, MaxRequestBytes);
        RefuseUnserved(request);
        ClassScope target = await ClassLookup.FindAsync(catalog, request.Collection, request.Tenant, call.Cancellation);
        var builder = SearchResultBuilder.Create(catalog, target.Class.Definition, request.Properties);
        using SearchResults results = await searcher.SearchAsync(
            new ObjectSearch(target)
            {
                Where = request.Filters is { } filters ? new FilterConverter(catalog).ToWhere(target.Class.Definition, filters) : null,
                Near = ReadNear(request),
                Sort = [.. request.SortBy.Select(ReadSort)],
                Offset = request.Offset,
                Limit = request.Limit,
                After = request.HasAfter ? request.After : null,
            },
            call.Cancellation);
        await ReplyAsync(call, request.Metadata, results, builder, new ReferencedObjects(router, target.Tenant, call.Cancellation), builder.FindRemote(target.Tenant));
    }

    private async Task ReplyAsync(
        GrpcCall call,
        MetadataRequest? metadata,
        SearchResults results,
        SearchResultBuilder builder,
        ReferencedObjects referenced,
        ReferenceSelection? remote)
    {
        using var reply = new PooledBuffer();
        bool isLarge = false;
        try
        {
            for (int i = 0; i < results.Hits.Count; i++)
            {
                if (await results.ReadAsync(i, call.Cancellation))
                {
                    await referenced.PrepareAsync(remote, results.CurrentBytes);
                    Append(reply, results.Hits[i], metadata, results, builder, referenced);
                }

                if (reply.Length > call.MaxMessageBytes)
                {
                    throw GrpcException.ResourceExhausted(string.Create(
                        CultureInfo.InvariantCulture, $"the answer is larger than {call.MaxMessageBytes} bytes; ask for fewer objects or properties"));
                }

                if (!isLarge && reply.Length > LargeReplyBytes)
                {
                    await _largeReplies.WaitAsync(call.Cancellation);
                    isLarge = true;
                }
            }

            new SearchReply { Took = call.Took }.WriteTo(reply);
            await call.ReplyAsync(reply.WrittenMemory);
        }
        finally
        {
            if (isLarge)
            {
                _largeReplies.Release();
            }
        }
    }

    // A message is the sum of its fields, in any order, so results can be written one by one.
    private static void Append(
        PooledBuffer reply, SearchHit hit, MetadataRequest? metadata, SearchResults results, SearchResultBuilder builder, ReferencedObjects referenced)
    {
        ObjectRecord record = results.Current;
        referenced.BeginResult();
        var one = new SearchReply();
        one.Results.Add(new SearchResult
        {
            Properties = builder.Build(record, referenced),
            Metadata = MetadataBuilder.Build(metadata, hit.Id, record, hit.Distance, results.Certainty(hit.Distance)),
        });
        one.WriteTo(reply);
    }

    private static SortField ReadSort(SortBy sort) =>
        sort.Path is [var property]
            ? new SortField(property, !sort.Ascending)
            : throw GrpcException.InvalidArgument("sort takes the name of one property of the class");

    private static VectorQuery? ReadNear(SearchRequest request) => (request.NearVector, request.NearObject) switch
    {
        (null, null) => null,
        ({ } vector, null) => ReadVector(vector),
        (null, { } reference) => ReadObject(reference),
        _ => throw GrpcException.InvalidArgument("nearVector and nearObject cannot be given together"),
    };

    private static VectorQuery ReadObject(NearObject near)
    {
        string[] targets = [.. near.Targets?.TargetVectors ?? near.TargetVectors];
        return targets.Length > 1 ? throw GrpcException.Unimplemented("nearObject takes one target vector; several are not supported")
            : ObjectIds.TryParse(near.Id, out Guid id)
            ? new VectorQuery(
                [], targets.SingleOrDefault(), near.HasDistance ? (float)near.Distance : null, near.HasCertainty ? (float)near.Certainty : null)
            {
                NearObject = id,
            }
            : throw GrpcException.InvalidArgument($"nearObject takes the UUID of an object, not '{near.Id}'");
    }

    private static VectorQuery ReadVector(NearVector near)
    {
        string[] targets = [.. near.Targets?.TargetVectors ?? near.TargetVectors];
        if (targets.Length > 1 || near.VectorForTargets.Count > 1 || near.VectorPerTarget.Count > 1 || near.Vectors.Count > 1)
        {
            throw GrpcException.Unimplemented("nearVector takes one vector for one target; several are not supported");
        }

        string? target = targets.SingleOrDefault() ?? near.VectorForTargets.SingleOrDefault()?.Name ?? near.VectorPerTarget.Keys.SingleOrDefault();
        VectorForTarget? forTarget = near.VectorForTargets.SingleOrDefault();
        Vectors? typed = near.Vectors.SingleOrDefault() ?? forTarget?.Vectors.SingleOrDefault();
        if (typed?.Type == Vectors.Types.VectorType.MultiFp32 || forTarget?.Vectors.Count > 1)
        {
            throw GrpcException.Unimplemented("nearVector takes one vector; several for one object are not supported");
        }

        ByteString bytes = typed?.VectorBytes
            ?? (forTarget is { VectorBytes.IsEmpty: false } ? forTarget.VectorBytes : null)
            ?? near.VectorPerTarget.Values.SingleOrDefault()
            ?? near.VectorBytes;
        float[] vector = bytes.IsEmpty ? [.. near.Vector]
            : bytes.Length % sizeof(float) == 0 ? MemoryMarshal.Cast<byte, float>(bytes.Span).ToArray()
            : throw GrpcException.InvalidArgument($"a vector of {bytes.Length} bytes is not one of numbers of 32 bits");
        return new VectorQuery(
            vector, target, near.HasDistance ? (float)near.Distance : null, near.HasCertainty ? (float)near.Certainty : null);
    }

    private static void RefuseUnserved(SearchRequest request)
    {
        string? unserved = request.HasHybridSearch ? "hybrid search"
            : request.HasBm25Search ? "keyword search (bm25)"
            : request.HasNearText || request.HasNearImage || request.HasNearAudio || request.HasNearVideo || request.HasNearDepth
                || request.HasNearThermal || request.HasNearImu ? "search near text or media, which needs a vectorizer"
            : request.HasGenerative ? "generative search"
            : request.HasRerank ? "rerank"
            : request.HasGroupBy ? "groupBy"
            : request.Autocut > 0 ? "autocut"
            : null;
        if (unserved is not null)
        {
            throw GrpcException.Unimplemented($"{unserved} is not supported by this server: use filters, sort, nearVector or nearObject");
        }
    }
}
