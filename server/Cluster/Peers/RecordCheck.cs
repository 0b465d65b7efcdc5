using System.Text.Json;
using Basalt.Server.Objects;
using Basalt.Server.Schema;

namespace Basalt.Server.Cluster.Peers;

/// <summary>Checks objects that another node has sent: they have to be objects of the class, as this node knows it.</summary>
internal static class RecordCheck
{
    /// <summary>What is wrong with a record; null if nothing is.</summary>
    public static string? FindProblem(ClassDefinition definition, Guid id, ReadOnlySpan<byte> bytes)
    {
        try
        {
            ObjectRecord record = ObjectRecord.Read(bytes);
            foreach (ObjectRecord.NamedVectorEnumerator vector in record.NamedVectors)
            {
                if (!definition.DeclaresVector(vector.Name))
                {
                    return $"object {id} has a vector '{vector.Name}', which class '{definition.Name}' has not";
                }
            }

            return FindUnknownProperty(definition.Properties, record.Properties) is { } name
                ? $"object {id} has a property '{name}', which class '{definition.Name}' has not"
                : null;
        }
        catch (Exception exception) when (exception is InvalidDataException or JsonException or InvalidOperationException)
        {
            return $"object {id} is malformed: {exception.Message}";
        }
    }

    private static string? FindUnknownProperty(PropertySet known, ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("its properties are no object");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            if (known.IndexOf(name) < 0)
            {
                return name;
            }

            reader.Read();
            reader.Skip();
        }

        return null;
    }
}
