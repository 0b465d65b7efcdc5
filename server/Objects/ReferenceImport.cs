using Basalt.Server.Api;
using Basalt.Server.Schema;

namespace Basalt.Server.Objects;

/// <summary>Adds the references of batches, each with an outcome of its own.</summary>
internal sealed class ReferenceImport(ClassCatalog catalog, ReferenceRules rules, ReferenceWriter writer)
{
    /// <summary>Adds one.</summary>
    /// <param name="source">The object and its property that shall refer.</param>
    /// <param name="to">The beacon of the object that it shall refer to.</param>
    /// <param name="tenant">The tenant of the source; null or empty if its class has none.</param>
    /// <param name="cancellationToken">Gives up before the write.</param>
    /// <returns>Why the reference was not added, or null.</returns>
    public async Task<string?> AddAsync(Beacon source, string? to, string? tenant, CancellationToken cancellationToken)
    {
        try
        {
            if (catalog.Find(source.ClassName!) is not { } owner)
            {
                return $"class '{source.ClassName}' not present in schema";
            }

            PropertyDefinition property = ReferenceRules.FindProperty(owner, source.Property!);
            string beacon = rules.Resolve(to, property, "to");
            ClassScope scope = await catalog.ResolveAsync(owner, string.IsNullOrEmpty(tenant) ? null : tenant, forWrite: false, cancellationToken);
            return await writer.ChangeAsync(scope.ShardOf(source.Id), source.Id, property.Name, present => present.Append(beacon), cancellationToken)
                ? null
                : $"class '{owner.Name}': no object with id '{source.Id}'";
        }
        catch (RequestException exception)
        {
            return exception.Message;
        }
    }
}
