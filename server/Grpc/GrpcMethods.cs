using Basalt.Server.Hosting;
using Basalt.Server.Security;

namespace Basalt.Server.Grpc;

/// <summary>Puts all methods together: the one place that knows every service.</summary>
internal sealed class GrpcMethods(ServerParts parts) : IDisposable
{
    private readonly SearchService _search = new(parts.Catalog, parts.Searcher, parts.Router, parts.Settings.MaxConcurrentBatches);

    /// <summary>The methods by path.</summary>
    /// <param name="stopping">Set when the endpoint begins to stop.</param>
    public IReadOnlyDictionary<string, GrpcMethod> All(CancellationToken stopping) =>
        new Dictionary<string, GrpcMethod>(
        [
            .. With(null, new HealthService(stopping).Methods),
            .. With(AccessKind.Read, _search.Methods),
            .. With(AccessKind.Read, new AggregateService(parts.Catalog, parts.Searcher).Methods),
            .. With(AccessKind.Read, new TenantsService(parts.Catalog).Methods),
            .. With(AccessKind.Write, new BatchObjectsService(parts.Catalog, parts.Writer, parts.Router, parts.Admission).Methods),
            .. With(AccessKind.Write, new BatchReferencesService(parts.References, parts.Admission).Methods),
            .. With(AccessKind.Write, new BatchDeleteService(parts.Catalog, parts.Deletion, parts.Admission).Methods),
        ]);

    /// <inheritdoc/>
    public void Dispose() => _search.Dispose();

    private static IEnumerable<KeyValuePair<string, GrpcMethod>> With(AccessKind? access, IEnumerable<KeyValuePair<string, Func<GrpcCall, Task>>> methods) =>
        methods.Select(method => KeyValuePair.Create(method.Key, new GrpcMethod(method.Value, access)));
}
