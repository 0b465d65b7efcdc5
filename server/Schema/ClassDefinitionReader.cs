using System.Collections.Immutable;
using System.Text.Json;
using Basalt.Server.Api;

namespace Basalt.Server.Schema;

/// <summary>Makes a <see cref="ClassDefinition"/> of JSON: checks every rule and fills in every default.</summary>
/// <param name="defaultVectorizer">The vectorizer of classes that name none.</param>
/// <param name="classExists">Whether a class is there to be referred to.</param>
internal sealed class ClassDefinitionReader(string defaultVectorizer, Func<string, bool> classExists)
{
    /// <summary>Reads a class.</summary>
    /// <exception cref="RequestException">A rule is broken; the message names the class and the rule.</exception>
    public ClassDefinition Read(JsonElement body)
    {
        JsonFields fields = JsonFields.Of(body, string.Empty);
        string given = fields.Text("class") ?? throw RequestException.Unprocessable("'' is not a valid class name: the class has no name");
        string name = NameRules.ClassName(given);

        // The message has the name as it was given.
        if (NameRules.ClassNameProblem(name) is not null && NameRules.ClassNameProblem(given) is { } problem)
        {
            throw RequestException.Unprocessable(problem);
        }

        JsonElement? vectorConfig = VectorSettingsReader.ReadNamed(fields, name);
        bool named = vectorConfig is not null;
        JsonElement tenancy = ClassSettingsReader.ReadMultiTenancy(fields.Object("multiTenancyConfig"), name);
        string? indexType = named ? null : VectorSettingsReader.ReadIndexType(fields, name);
        return new ClassDefinition
        {
            Name = name,
            Description = fields.Text("description"),
            Properties = ReadProperties(fields.Array("properties"), name),
            Vectorizer = named ? null : VectorSettingsReader.ReadVectorizer(fields.Text("vectorizer"), defaultVectorizer, name),
            VectorIndexType = indexType,
            VectorIndexConfig = named ? null : VectorSettingsReader.ReadIndexConfig(indexType!, fields.Object("vectorIndexConfig"), name),
            VectorConfig = vectorConfig,
            ModuleConfig = fields.Object("moduleConfig")?.Clone(),
            InvertedIndexConfig = ClassSettingsReader.ReadInvertedIndex(fields.Object("invertedIndexConfig"), name),
            MultiTenancyConfig = tenancy,
            ReplicationConfig = ClassSettingsReader.ReadReplication(fields.Object("replicationConfig"), name),
            ShardingConfig = ClassSettingsReader.ReadSharding(fields.Object("shardingConfig"), tenancy.GetProperty("enabled").GetBoolean(), name),
        };
    }

    /// <summary>Reads a property that is to be added to a class.</summary>
    /// <exception cref="RequestException">A rule is broken, or the name is taken.</exception>
    public PropertyDefinition ReadAddition(JsonElement body, ClassDefinition target)
    {
        PropertyDefinition property = Reader(target.Name).Read(JsonFields.Of(body, string.Empty));
        if (target.Properties.ContainsIgnoringCase(property.Name))
        {
            throw Conflict(target.Name, property.Name);
        }

        RequireRoom(target.Properties.Count + 1, target.Name);
        return property;
    }

    private static RequestException Conflict(string className, string property) =>
        RequestException.Unprocessable($"class \"{className}\": conflict for property \"{property}\": already in use or provided multiple times");

    private static void RequireRoom(int count, string className)
    {
        if (count > PropertySet.MaxCount)
        {
            throw RequestException.Unprocessable($"class '{className}': {PropertySet.TooMany}");
        }
    }

    private PropertySet ReadProperties(JsonElement? array, string className)
    {
        if (array is not { } elements)
        {
            return PropertySet.Empty;
        }

        RequireRoom(elements.GetArrayLength(), className);
        PropertyDefinitionReader reader = Reader(className);
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        ImmutableArray<PropertyDefinition>.Builder properties = ImmutableArray.CreateBuilder<PropertyDefinition>();
        int index = 0;
        foreach (JsonElement element in elements.EnumerateArray())
        {
            PropertyDefinition property = reader.Read(JsonFields.Of(element, $"properties.{index++}"));
            if (!names.Add(property.Name))
            {
                throw Conflict(className, property.Name);
            }

            properties.Add(property);
        }

        return new PropertySet(properties.ToImmutable());
    }

    private PropertyDefinitionReader Reader(string className) => new(className, name => name == className || classExists(name));
}
