using System.Text.Json;
using Basalt.Server.Api;
using Basalt.Server.Grpc.Protocol;
using Basalt.Server.Objects;
using Basalt.Server.Schema;
using Basalt.Server.Search;

namespace Basalt.Server.Grpc;

/// <summary>Makes results of objects, and of the objects that they refer to.</summary>
internal sealed class SearchResultBuilder
{
    // With references to several classes each level multiplies what there is to resolve.
    private const int MaxBuilders = 1000;

    private readonly ClassCatalog _catalog;
    private readonly ClassDefinition _definition;
    private readonly PropertySelection _selection;
    private readonly SearchResultBuilder _root;
    private readonly List<(RefPropertiesRequest Request, string Property, Dictionary<string, (StoredClass Target, SearchResultBuilder Builder)> Targets)> _references = [];
    private int _builders;

    private SearchResultBuilder(ClassCatalog catalog, ClassDefinition definition, PropertiesRequest? request, SearchResultBuilder? root)
    {
        _catalog = catalog;
        _definition = definition;
        _selection = PropertySelection.Read(definition, request);
        _root = root ?? this;
        if (++_root._builders > MaxBuilders)
        {
            throw GrpcException.InvalidArgument($"references are followed to more than {MaxBuilders} places; follow fewer of them, or less far");
        }

        foreach (RefPropertiesRequest reference in request?.RefProperties ?? [])
        {
            AddReference(reference);
        }
    }

    /// <summary>Checks what a request asks for against a class.</summary>
    /// <exception cref="GrpcException">The class has no such property, or not of that kind, or it is too much.</exception>
    public static SearchResultBuilder Create(ClassCatalog catalog, ClassDefinition definition, PropertiesRequest? request) =>
        new(catalog, definition, request, null);

    /// <summary>The references that are followed, if that can lead to other nodes; otherwise null.</summary>
    /// <param name="tenant">The tenant that the search is in, if it is in one.</param>
    public ReferenceSelection? FindRemote(string? tenant)
    {
        ReferenceSelection all = ToSelection();
        return all.LeavesNode(tenant) ? all : null;
    }

    /// <summary>Makes the properties of an object.</summary>
    /// <param name="record">Its record.</param>
    /// <param name="referenced">Reads the objects that it refers to.</param>
    /// <exception cref="RequestException">It refers to more than an answer takes.</exception>
    public PropertiesResult Build(in ObjectRecord record, ReferencedObjects referenced)
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
                    result.RefProps.Add(BuildReferences(request, property, references, targets, referenced));
                }
            }
        }

        return result;
    }

    private static RefPropertiesResult BuildReferences(
        RefPropertiesRequest request,
        string property,
        JsonElement references,
        Dictionary<string, (StoredClass Target, SearchResultBuilder Builder)> targets,
        ReferencedObjects referenced)
    {
        var result = new RefPropertiesResult { PropName = property };
        using var buffer = new PooledBuffer();
        foreach (Beacon beacon in Beacon.ReadAll(references))
        {
            string? className = beacon.ClassName ?? (targets.Count == 1 ? targets.Keys.Single() : null);
            if (className is not null
                && targets.TryGetValue(className, out (StoredClass Target, SearchResultBuilder Builder) found)
                && referenced.TryRead(found.Target, beacon.Id, buffer))
            {
                ObjectRecord record = ObjectRecord.Read(buffer.Written);
                PropertiesResult built = found.Builder.Build(record, referenced);
                built.Metadata = MetadataBuilder.Build(request.Metadata, beacon.Id, record);
                result.Properties.Add(built);
            }
        }

        return result;
    }

    private ReferenceSelection ToSelection() => new(
        [.. _references.Select(static reference => (reference.Property, (IReadOnlyDictionary<string, ReferenceSelection.Step>)reference.Targets.ToDictionary(
            static target => target.Key,
            static target => new ReferenceSelection.Step(target.Value.Target, target.Value.Builder.ToSelection()),
            StringComparer.Ordinal)))]);

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
            targets[target.Name] = (target, new SearchResultBuilder(_catalog, target.Definition, request.Properties, _root));
        }

        _references.Add((request, property.Name, targets));
    }
}
