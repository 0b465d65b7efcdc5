using System.Text.Json;
using Basalt.Server.Api;
using Basalt.Server.Objects;
using Basalt.Server.Schema;

namespace Basalt.Server.Search;

/// <summary>Sorts objects by values of their properties. Objects without a value come first, or last if descending.</summary>
internal sealed class SortOrder : IComparer<(IComparable?[] Values, Guid Id)>
{
    // The values of each object of the page are kept while the others are read.
    private const int MaxKeys = 32;

    private readonly SortField[] _keys;
    private readonly PropertyDefinition?[] _properties;

    private SortOrder(SortField[] keys, PropertyDefinition?[] properties)
    {
        _keys = keys;
        _properties = properties;
    }

    /// <summary>Checks what to sort by against a class.</summary>
    /// <exception cref="RequestException">The class cannot be sorted so.</exception>
    public static SortOrder Create(ClassDefinition definition, IReadOnlyList<SortField> keys) =>
        keys.Count <= MaxKeys
            ? new([.. keys], [.. keys.Select(key => Resolve(definition, key.Property))])
            : throw Invalid(definition, $"it takes at most {MaxKeys} properties");

    /// <summary>The first objects in this order.</summary>
    public List<SearchHit> First(IReadOnlyList<ObjectScan> scans, int count)
    {
        // The last of the best so far is the first to go.
        var best = new PriorityQueue<SearchHit, (IComparable?[] Values, Guid Id)>(
            Comparer<(IComparable?[] Values, Guid Id)>.Create((left, right) => Compare(right, left)));
        foreach (ObjectScan scan in scans)
        {
            scan.Visit(Visit);
        }

        var first = new SearchHit[best.Count];
        for (int i = first.Length - 1; i >= 0; i--)
        {
            first[i] = best.Dequeue();
        }

        return [.. first];

        void Visit(Guid id, in ObjectRecord record)
        {
            IComparable?[] values = ReadValues(id, record);
            if (best.Count < count)
            {
                best.Enqueue(new SearchHit(id, null, values), (values, id));
            }
            else
            {
                best.EnqueueDequeue(new SearchHit(id, null, values), (values, id));
            }
        }
    }

    /// <summary>Whether values are some that an object of the class can have.</summary>
    public bool Fits(IComparable?[] values)
    {
        bool fits = values.Length == _keys.Length;
        for (int i = 0; i < values.Length && fits; i++)
        {
            fits = values[i] is null || values[i]!.GetType() == TypeOf(_keys[i], _properties[i]);
        }

        return fits;
    }

    /// <inheritdoc/>
    public int Compare((IComparable?[] Values, Guid Id) x, (IComparable?[] Values, Guid Id) y)
    {
        for (int i = 0; i < _keys.Length; i++)
        {
            int order = Compare(x.Values[i], y.Values[i]);
            if (order != 0)
            {
                return _keys[i].Descending ? -order : order;
            }
        }

        return x.Id.CompareTo(y.Id);
    }

    private static int Compare(IComparable? left, IComparable? right) => (left, right) switch
    {
        (null, null) => 0,
        (null, _) => -1,
        (_, null) => 1,
        (string a, string b) => string.CompareOrdinal(a, b),
        _ => left.CompareTo(right),
    };

    private static PropertyDefinition? Resolve(ClassDefinition definition, string name)
    {
        if (name is "_id" or "id" or "_creationTimeUnix" or "_lastUpdateTimeUnix")
        {
            return null;
        }

        return !definition.Properties.TryGet(NameRules.PropertyName(name), out PropertyDefinition? property)
            ? throw Invalid(definition, $"no such prop with name '{name}' found in class '{definition.Name}'")
            : property.Type.IsArray || !property.Type.IsIndexable
            ? throw Invalid(definition, $"property '{name}' of type {property.TypeNames.First()} has no order")
            : property;
    }

    private static Type TypeOf(SortField key, PropertyDefinition? property) => property?.Type.Kind switch
    {
        null => key.Property is "_id" or "id" ? typeof(Guid) : typeof(long),
        DataKind.Int or DataKind.Date => typeof(long),
        DataKind.Number => typeof(double),
        DataKind.Boolean => typeof(bool),
        DataKind.Uuid => typeof(Guid),
        _ => typeof(string),
    };

    private IComparable?[] ReadValues(Guid id, in ObjectRecord record)
    {
        var values = new IComparable?[_keys.Length];
        for (int i = 0; i < _keys.Length; i++)
        {
            values[i] = _keys[i].Property switch
            {
                "_id" or "id" => id,
                "_creationTimeUnix" => record.Created,
                "_lastUpdateTimeUnix" => record.Updated,
                _ => null,
            };
        }

        var reader = new Utf8JsonReader(record.Properties);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int index = IndexOf(ref reader);
            reader.Read();
            if (index >= 0 && reader.TokenType != JsonTokenType.Null)
            {
                IComparable value = ReadValue(_properties[index]!, ref reader);
                for (int i = index; i < values.Length; i++)
                {
                    values[i] = _properties[i] == _properties[index] ? value : values[i];
                }
            }

            reader.Skip();
        }

        return values;
    }

    private int IndexOf(ref Utf8JsonReader reader)
    {
        for (int i = 0; i < _properties.Length; i++)
        {
            if (_properties[i] is { } property && reader.ValueTextEquals(property.Name))
            {
                return i;
            }
        }

        return -1;
    }

    private static IComparable ReadValue(PropertyDefinition property, ref Utf8JsonReader reader) => property.Type.Kind switch
    {
        DataKind.Int => reader.GetInt64(),
        DataKind.Number => reader.GetDouble(),
        DataKind.Boolean => reader.GetBoolean(),
        DataKind.Date when Rfc3339.TryParse(reader.ValueSpan, out long ticks) => ticks,
        DataKind.Uuid when ObjectIds.TryParse(reader.ValueSpan, out Guid id) => id,
        _ => reader.GetString()!,
    };

    private static RequestException Invalid(ClassDefinition definition, string problem) =>
        RequestException.Unprocessable($"invalid 'sort' on class '{definition.Name}': {problem}");
}
