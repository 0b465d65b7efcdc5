using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Basalt.Server.Schema;

/// <summary>
/// The properties of a class or of a nested object, in the order of their creation. Properties are only ever appended, so an index
/// into the set identifies a property for good: the inverted index relies on it.
/// </summary>
internal sealed class PropertySet : IReadOnlyList<PropertyDefinition>
{
    /// <summary>The most properties of a class or a nested object. The inverted index has room for no more than 65,520.</summary>
    public const int MaxCount = 10_000;

    private readonly ImmutableArray<PropertyDefinition> _properties;
    private readonly byte[][] _utf8Names;
    private readonly Dictionary<string, int> _indexByName;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _indexByCharacters;

    /// <summary>Creates a set.</summary>
    /// <exception cref="ArgumentException">Two properties have the same name.</exception>
    public PropertySet(ImmutableArray<PropertyDefinition> properties)
    {
        _properties = properties;
        _utf8Names = [.. properties.Select(property => Encoding.UTF8.GetBytes(property.Name))];
        _indexByName = new Dictionary<string, int>(properties.Length, StringComparer.Ordinal);
        for (int i = 0; i < properties.Length; i++)
        {
            _indexByName.Add(properties[i].Name, i);
        }

        _indexByCharacters = _indexByName.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The message for more properties than there may be.</summary>
    public static string TooMany => $"a class and an object have at most {MaxCount} properties";

    /// <summary>No properties.</summary>
    public static PropertySet Empty { get; } = new([]);

    /// <inheritdoc/>
    public int Count => _properties.Length;

    /// <inheritdoc/>
    public PropertyDefinition this[int index] => _properties[index];

    /// <summary>The name of a property as it stands in JSON; names need no escaping.</summary>
    public ReadOnlySpan<byte> Utf8Name(int index) => _utf8Names[index];

    /// <summary>The position of a property, or -1.</summary>
    public int IndexOf(ReadOnlySpan<char> name) => _indexByCharacters.TryGetValue(name, out int index) ? index : -1;

    /// <summary>The property of that name.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out PropertyDefinition? property)
    {
        bool found = _indexByName.TryGetValue(name, out int index);
        property = found ? _properties[index] : null;
        return found;
    }

    /// <summary>Whether a property has that name in any case.</summary>
    public bool ContainsIgnoringCase(string name) =>
        _properties.Any(property => string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>This set with a property added, or put in the place of the one of its name.</summary>
    public PropertySet With(PropertyDefinition property) =>
        new(_indexByName.TryGetValue(property.Name, out int index) ? _properties.SetItem(index, property) : _properties.Add(property));

    /// <inheritdoc/>
    public IEnumerator<PropertyDefinition> GetEnumerator() => ((IEnumerable<PropertyDefinition>)_properties).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
