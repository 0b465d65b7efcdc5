using System.Diagnostics.CodeAnalysis;

namespace Basalt.Server.Schema;

/// <summary>Makes one new set of many changes to a set; adding the properties one by one would copy the set each time.</summary>
internal sealed class PropertySetBuilder
{
    private readonly PropertySet _origin;
    private readonly List<PropertyDefinition> _properties;
    private readonly Dictionary<string, int> _indexByName = new(StringComparer.OrdinalIgnoreCase);
    private bool _changed;

    public PropertySetBuilder(PropertySet origin)
    {
        _origin = origin;
        _properties = [.. origin];
        for (int i = 0; i < _properties.Count; i++)
        {
            _indexByName.Add(_properties[i].Name, i);
        }
    }

    /// <summary>Properties so far.</summary>
    public int Count => _properties.Count;

    /// <summary>The property of that name.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out PropertyDefinition? property)
    {
        property = _indexByName.TryGetValue(name, out int index) && _properties[index].Name == name ? _properties[index] : null;
        return property is not null;
    }

    /// <summary>Whether a property has that name in any case.</summary>
    public bool ContainsIgnoringCase(string name) => _indexByName.ContainsKey(name);

    /// <summary>Adds a property, or puts it in the place of the one of its name.</summary>
    public void Set(PropertyDefinition property)
    {
        _changed = true;
        if (_indexByName.TryAdd(property.Name, _properties.Count))
        {
            _properties.Add(property);
        }
        else
        {
            _properties[_indexByName[property.Name]] = property;
        }
    }

    /// <summary>The set; the origin itself if nothing was changed.</summary>
    public PropertySet ToSet() => _changed ? new PropertySet([.. _properties]) : _origin;
}
