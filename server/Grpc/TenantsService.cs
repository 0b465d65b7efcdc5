using System.Collections.Immutable;
using Basalt.Server.Grpc.Protocol;
using Basalt.Server.Schema;
using StoredTenant = Basalt.Server.Schema.Tenant;

namespace Basalt.Server.Grpc;

/// <summary>Lists the tenants of a class.</summary>
internal sealed class TenantsService(ClassCatalog catalog)
{
    /// <summary>The methods by path.</summary>
    public IEnumerable<KeyValuePair<string, Func<GrpcCall, Task>>> Methods => [new("/weaviate.v1.Weaviate/TenantsGet", GetAsync)];

    private async Task GetAsync(GrpcCall call)
    {
        TenantsGetRequest request = await call.ReadAsync(TenantsGetRequest.Parser, SearchService.MaxRequestBytes);
        StoredClass target = catalog.Find(request.Collection) is { } found && found.Definition.IsMultiTenant
            ? found
            : throw GrpcException.InvalidArgument($"multi-tenancy is not enabled for class \"{request.Collection}\", or there is no such class");
        ImmutableSortedDictionary<string, StoredTenant> tenants = target.Tenants;
        IEnumerable<StoredTenant> wanted = request.Names is { } names
            ? names.Values.Distinct(StringComparer.Ordinal).Where(tenants.ContainsKey).Select(name => tenants[name])
            : tenants.Values;

        var reply = new TenantsGetReply();
        reply.Tenants.AddRange(wanted.Select(tenant => new Protocol.Tenant { Name = tenant.Name, ActivityStatus = StatusOf(tenant) }));
        reply.Took = call.Took;
        await call.ReplyAsync(reply);
    }

    private static TenantActivityStatus StatusOf(StoredTenant tenant) =>
        tenant.Status == TenantStatus.Hot ? TenantActivityStatus.Hot : TenantActivityStatus.Cold;
}
