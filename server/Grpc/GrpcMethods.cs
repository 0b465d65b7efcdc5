using Basalt.Server.Hosting;

namespace Basalt.Server.Grpc;

/// <summary>Puts all methods together: the one place that knows every service.</summary>
internal sealed class GrpcMethods(ServerParts parts) : IDisposable
{
    private readonly SearchService _search = new(parts.Catalog, parts.Searcher, parts.Settings.MaxConcurrentBatches);

    /// <summary>The methods by path.</summary>
    /// <param name="stopping">Set when the endpoint begins to stop.</param>
    public IReadOnlyDictionary<string, Func<GrpcCall, Task>> All(CancellationToken stopping) =>
        new Dictionary<string, Func<GrpcCall, Task>>(
        [
            .. new HealthService(stopping).Methods,
            .. _search.Methods,
            .. new AggregateService(parts.Catalog, parts.Searcher).Methods,
            .. new BatchObjectsService(parts.Catalog, parts.Writer, parts.Admission).Methods,
            .. new BatchDeleteService(parts.Catalog, parts.Deletion, parts.Admission).Methods,
        ]);

    /// <inheritdoc/>
    public void Dispose() => _search.Dispose();
}
