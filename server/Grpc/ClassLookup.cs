using Basalt.Server.Schema;

namespace Basalt.Server.Grpc;

/// <summary>Finds the class that a call names.</summary>
internal static class ClassLookup
{
    /// <summary>The class, and the shard of the tenant that is named.</summary>
    /// <exception cref="GrpcException">There is no such class.</exception>
    /// <exception cref="Api.RequestException">The tenant does not fit the class.</exception>
    public static ShardTarget Find(ClassCatalog catalog, string name, string tenant)
    {
        StoredClass found = catalog.Find(name) ?? throw GrpcException.InvalidArgument($"could not find class {name} in schema");
        return new ShardTarget(found, found.ShardOf(tenant.Length == 0 ? null : tenant));
    }
}
