using Basalt.Server.Schema;

namespace Basalt.Server.Grpc;

/// <summary>Finds the class that a call names.</summary>
internal static class ClassLookup
{
    /// <summary>The class, or the tenant of it that is named, which becomes hot if its class says so.</summary>
    /// <exception cref="GrpcException">There is no such class.</exception>
    /// <exception cref="Api.RequestException">The tenant does not fit the class.</exception>
    public static ValueTask<ClassScope> FindAsync(ClassCatalog catalog, string name, string tenant, CancellationToken cancellationToken)
    {
        StoredClass found = catalog.Find(name) ?? throw GrpcException.InvalidArgument($"could not find class {name} in schema");
        return catalog.ResolveAsync(found, tenant.Length == 0 ? null : tenant, forWrite: false, cancellationToken);
    }
}
