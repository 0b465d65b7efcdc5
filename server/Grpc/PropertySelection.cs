using Basalt.Server.Grpc.Protocol;
using Basalt.Server.Schema;

namespace Basalt.Server.Grpc;

/// <summary>Which properties of a class, or of an object inside a property, an answer has.</summary>
internal sealed class PropertySelection
{
    private readonly Dictionary<string, PropertySelection> _selected = new(StringComparer.Ordinal);
    private readonly bool _isAll;

    private PropertySelection(bool isAll) => _isAll = isAll;

    /// <summary>Everything but references.</summary>
    public static PropertySelection All { get; } = new(true);

    /// <summary>Reads what a search asks for.</summary>
    /// <exception cref="GrpcException">It names a property that the class does not have.</exception>
    public static PropertySelection Read(ClassDefinition definition, PropertiesRequest? request)
    {
        if (request is null)
        {
            return All;
        }

        var selection = new PropertySelection(request.ReturnAllNonrefProperties);
        foreach (string name in request.NonRefProperties)
        {
            selection.Add(definition.Properties, name, All, definition.Name);
        }

        selection.AddObjects(definition.Properties, request.ObjectProperties, definition.Name);
        return selection;
    }

    /// <summary>Whether a property is wanted.</summary>
    /// <param name="name">The property.</param>
    /// <param name="inside">What is wanted of the objects in it.</param>
    public bool Includes(string name, out PropertySelection inside)
    {
        bool named = _selected.TryGetValue(name, out PropertySelection? found);
        inside = found ?? All;
        return named || _isAll;
    }

    private void AddObjects(PropertySet properties, IEnumerable<ObjectPropertiesRequest> requests, string owner)
    {
        foreach (ObjectPropertiesRequest request in requests)
        {
            PropertyDefinition property = Find(properties, request.PropName, owner);
            var inside = new PropertySelection(false);
            foreach (string name in request.PrimitiveProperties)
            {
                inside.Add(property.NestedProperties, name, All, property.Name);
            }

            inside.AddObjects(property.NestedProperties, request.ObjectProperties, property.Name);
            _selected[property.Name] = inside;
        }
    }

    private void Add(PropertySet properties, string name, PropertySelection inside, string owner) =>
        _selected[Find(properties, name, owner).Name] = inside;

    private static PropertyDefinition Find(PropertySet properties, string name, string owner) =>
        properties.TryGet(NameRules.PropertyName(name), out PropertyDefinition? property)
            ? property
            : throw GrpcException.InvalidArgument($"no such prop with name '{name}' found in '{owner}'");
}
