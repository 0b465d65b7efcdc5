using System.Text.Json;
using Basalt.Engine;
using Basalt.Server.Objects;

namespace Basalt.Server.Index;

/// <summary>Answers what the inverted index does not hold, references and sizes, by reading every object as of one snapshot.</summary>
internal sealed class PropertyScan(Database database, Keyspace objects, ReadSnapshot snapshot)
{
    /// <summary>The objects whose property matches.</summary>
    /// <param name="property">The property.</param>
    /// <param name="matches">Looks at its value; null for objects without one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public HashSet<Guid> Find(string property, Func<JsonElement?, bool> matches, CancellationToken cancellationToken)
    {
        var ids = new HashSet<Guid>();
        using DatabaseIterator all = database.Scan(objects, default, snapshot);
        while (all.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (matches(ValueOf(ObjectRecord.Read(all.Value).Properties, property)))
            {
                ids.Add(IndexKey.ReadId(all.Key));
            }
        }

        return ids;
    }

    private static JsonElement? ValueOf(ReadOnlySpan<byte> properties, string name)
    {
        var reader = new Utf8JsonReader(properties);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isFound = reader.ValueTextEquals(name);
            reader.Read();
            if (isFound)
            {
                return JsonElement.ParseValue(ref reader);
            }

            reader.Skip();
        }

        return null;
    }
}
