using Basalt.Server.Grpc.Protocol;
using Basalt.Server.Schema;
using Basalt.Server.Search;

namespace Basalt.Server.Grpc;

/// <summary>Counts objects.</summary>
internal sealed class AggregateService(ClassCatalog catalog, ObjectSearcher searcher)
{
    /// <summary>The methods by path.</summary>
    public IEnumerable<KeyValuePair<string, Func<GrpcCall, Task>>> Methods => [new("/weaviate.v1.Weaviate/Aggregate", AggregateAsync)];

    private async Task AggregateAsync(GrpcCall call)
    {
        AggregateRequest request = await call.ReadAsync(AggregateRequest.Parser, SearchService.MaxRequestBytes);
        RefuseUnserved(request);
        ClassScope target = await ClassLookup.FindAsync(catalog, request.Collection, request.Tenant, call.Cancellation);
        var single = new AggregateReply.Types.Single();
        if (request.ObjectsCount)
        {
            single.ObjectsCount = await searcher.CountAsync(
                target,
                request.Filters is { } filters ? new FilterConverter(catalog).ToWhere(target.Class.Definition, filters) : null,
                call.Cancellation);
        }

        await call.ReplyAsync(new AggregateReply { Took = call.Took, SingleResult = single });
    }

    private static void RefuseUnserved(AggregateRequest request)
    {
        bool searches = request.HasHybrid || request.HasNearVector || request.HasNearObject || request.HasNearText || request.HasNearImage
            || request.HasNearAudio || request.HasNearVideo || request.HasNearDepth || request.HasNearThermal || request.HasNearImu;
        string? unserved = searches ? "an aggregation of what a search finds"
            : request.HasGroupBy ? "groupBy"
            : request.Aggregations.Count > 0 ? "an aggregation of properties"
            : null;
        if (unserved is not null)
        {
            throw GrpcException.Unimplemented($"{unserved} is not supported by this server: it counts objects, with or without a filter");
        }
    }
}
