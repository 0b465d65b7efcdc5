using Basalt.Server.Objects;
using Basalt.Server.Schema;

namespace Basalt.Server.Grpc;

/// <summary>Finds the class that a call names.</summary>
internal static class ClassLookup
{
    /// <summary>The class.</summary>
    /// <exception cref="GrpcException">There is no such class.</exception>
    /// <exception cref="Api.RequestException">A tenant is named and the class has none.</exception>
    public static StoredClass Find(ClassCatalog catalog, string name, string tenant)
    {
        StoredClass found = catalog.Find(name) ?? throw GrpcException.InvalidArgument($"could not find class {name} in schema");
        return tenant.Length == 0 ? found : throw ObjectWriter.TenantGiven(found.Name);
    }
}
