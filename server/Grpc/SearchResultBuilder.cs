using System.Text.Json;
using Basalt.Server.Grpc.Protocol;
using Basalt.Server.Objects;
using Basalt.Server.Schema;
using Basalt.Server.Search;

namespace Basalt.Server.Grpc;

/// <summary>Makes results of objects, and of the objects that they refer to.</summary>
internal sealed class SearchResultBuilder
{
    private readonly ClassCatalog _catalog;
    private readonly ClassDefinition _definition;
    private readonly string? _tenant;
    private readonly PropertySelection _selection;
    private readonly List<(RefPropertiesRequest Request, string Property, Dictionary<string, (StoredClass Target, SearchResultBuilder Builder)> Targets)> _references = [];

    private SearchResultBuilder(ClassCatalog catalog, ClassDefinition definition, string? tenant, PropertySelection selection)
    {
        _catalog = catalog;
        _definition = definition;
        _tenant = tenant;
        _selection = selection;
    }

    /// <summary>Checks what a request asks for against a class.</summary>
    /// <exception cref="GrpcException">The class has no such property, or not of that kind.</exception>
    public static SearchResultBuilder Create(ClassCatalog catalog, ClassDefinition definition, string? tenant, PropertiesRequest? request)
    {
        var builder = new SearchResultBuilder(catalog, definition, tenant, PropertySelection.Read(definition, request));
        foreach (RefPropertiesRequest reference in request?.RefProperties ?? [])
        {
            builder.AddReference(reference);
        }

        return builder;
    }

    /// <summary>Makes the properties of an object.</summary>
    public PropertiesResult Build(in ObjectRecord record)
    {
        var result = new PropertiesResult
        {
            TargetCollection = _definition.Name,
            NonRefProps = PropertiesBuilder.Build(_definition.Properties, record.Properties, _selection),
            RefPropsRequested = _references.Count > 0,
        };
        if (_references.Count > 0)
        {
            JsonElement properties = JsonElement.Parse(record.Properties);
            foreach ((RefPropertiesRequest request, string property, Dictionary<string, (StoredClass, SearchResultBuilder)> targets) in _references)
            {
                if (properties.TryGetProperty(property, out JsonElement references))
                {
                    result.RefProps.Add(BuildReferences(request, property, references, targets));
                }
            }
        }

        return result;
    }

    private RefPropertiesResult BuildReferences(
        RefPropertiesRequest request, string property, JsonElement references, Dictionary<string, (StoredClass Target, SearchResultBuilder Builder)> targets)
    {
        var result = new RefPropertiesResult { PropName = property };
        using var buffer = new PooledBuffer();
        foreach (Reference reference in Reference.ReadAll(references))
        {
            string? className = reference.ClassName ?? (targets.Count == 1 ? targets.Keys.Single() : null);
            if (className is null || !targets.TryGetValue(className, out (StoredClass Target, SearchResultBuilder Builder) found))
            {
                continue;
            }

            buffer.Truncate(0);
            // Objects of tenants refer to those of the same tenant, or to classes without.
            if (found.Target.FindShard(found.Target.Definition.IsMultiTenant ? _tenant : null)?.TryRead(reference.Id, buffer) == true)
            {
                ObjectRecord record = ObjectRecord.Read(buffer.Written);
                PropertiesResult built = found.Builder.Build(record);
                built.Metadata = MetadataBuilder.Build(request.Metadata, reference.Id, record);
                result.Properties.Add(built);
            }
        }

        return result;
    }

    private void AddReference(RefPropertiesRequest request)
    {
        if (!_definition.Properties.TryGet(NameRules.PropertyName(request.ReferenceProperty), out PropertyDefinition? property)
            || property.Type.Kind != DataKind.Reference)
        {
            throw GrpcException.InvalidArgument($"'{request.ReferenceProperty}' is no reference of class '{_definition.Name}'");
        }

        var targets = new Dictionary<string, (StoredClass, SearchResultBuilder)>(StringComparer.Ordinal);
        foreach (string name in request.TargetCollection.Length > 0 ? [NameRules.ClassName(request.TargetCollection)] : property.References)
        {
            StoredClass target = property.References.Contains(name) && _catalog.Find(name) is { } known
                ? known
                : throw GrpcException.InvalidArgument($"'{property.Name}' of class '{_definition.Name}' does not refer to class '{name}'");
            targets[target.Name] = (target, Create(_catalog, target.Definition, _tenant, request.Properties));
        }

        _references.Add((request, property.Name, targets));
    }
}
