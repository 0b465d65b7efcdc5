using System.Buffers.Binary;
using System.Text.Json;
using Basalt.Engine;
using Basalt.Server.Api;
using Basalt.Server.Objects;
using Basalt.Server.Shards;

namespace Basalt.Server.Schema;

/// <summary>
/// Gives restored classes their new names, in their definitions and in what refers to them. It works on keyspaces that the catalog does not
/// know yet, so nobody else writes there, and may be repeated: what was done already stays as it is.
/// </summary>
/// <param name="database">The database.</param>
/// <param name="renames">Name in the backup to new name. No new name is an old one, too.</param>
internal sealed class ClassRenaming(Database database, IReadOnlyDictionary<string, string> renames)
{
    private const int ObjectsPerBatch = 500;

    /// <summary>
    /// Whether a class still has its old name in its definition: they are renamed last, so otherwise nothing is left to do, or the restore
    /// brought none of them.
    /// </summary>
    public bool IsUnfinished() => renames.Any(rename =>
        database.FindKeyspace(KeyspaceNames.Schema(rename.Value)) is { } schema
        && database.Get(schema, SchemaRecord.Key) is { } value
        && SchemaRecord.DecodeAny(rename.Value, value).Definition.Name == rename.Key);

    /// <summary>Renames in all classes of one restore.</summary>
    /// <param name="classNames">Their new names.</param>
    /// <exception cref="InvalidDataException">A definition or an object cannot be read.</exception>
    public void Apply(IEnumerable<string> classNames)
    {
        foreach (string className in classNames.OrderBy(renames.Values.Contains))
        {
            if (database.FindKeyspace(KeyspaceNames.Schema(className)) is { } schema && database.Get(schema, SchemaRecord.Key) is { } value)
            {
                Apply(className, schema, value);
            }
        }
    }

    /// <summary>The definition, last: until then a repetition finds what is left to do.</summary>
    private void Apply(string className, Keyspace schema, byte[] value)
    {
        SchemaRecord record = SchemaRecord.DecodeAny(className, value);
        string[] referring = [.. record.Definition.Properties.Where(RefersToRenamed).Select(property => property.Name)];
        if (referring.Length > 0)
        {
            foreach (Keyspace objects in database.Keyspaces.Where(keyspace => IsObjectsOf(className, keyspace.Name)))
            {
                RenameInObjects(objects, referring);
            }
        }

        ClassDefinition definition = record.Definition with { Name = className };
        foreach (string name in referring)
        {
            definition.Properties.TryGet(name, out PropertyDefinition? property);
            definition = definition with
            {
                Properties = definition.Properties.With(property! with { References = [.. property.References.Select(NewName)] }),
            };
        }

        if (referring.Length > 0 || record.Definition.Name != className)
        {
            database.Put(schema, SchemaRecord.Key, (record with { Definition = definition }).Encode(), Durability.Sync);
        }
    }

    private string NewName(string name) => renames.GetValueOrDefault(name, name);

    private bool RefersToRenamed(PropertyDefinition property) => property.References.Any(renames.ContainsKey);

    private static bool IsObjectsOf(string className, string keyspace) =>
        keyspace.Split('/') is [var owner, { Length: > 0 } shard, _] && owner == className && keyspace == KeyspaceNames.Objects(className, shard);

    private void RenameInObjects(Keyspace objects, string[] referring)
    {
        var batch = new WriteBatch();
        int waiting = 0;
        using (DatabaseIterator entries = database.Scan(objects))
        {
            while (entries.MoveNext())
            {
                if (Rename(entries.Value, referring) is not { } renamed)
                {
                    continue;
                }

                batch.Put(objects, entries.Key, renamed);
                if (++waiting == ObjectsPerBatch)
                {
                    database.Write(batch, Durability.Buffered);
                    batch = new WriteBatch();
                    waiting = 0;
                }
            }
        }

        database.Write(batch, Durability.Sync);
    }

    /// <summary>A stored object with the new names in its references; null if it has none to rename.</summary>
    private byte[]? Rename(ReadOnlySpan<byte> stored, string[] referring)
    {
        ReadOnlySpan<byte> properties = ObjectRecord.Read(stored).Properties;
        using JsonDocument document = JsonDocument.Parse(properties.ToArray());
        if (!referring.Any(name => document.RootElement.TryGetProperty(name, out JsonElement value) && Beacon.ReadAll(value).Any(IsRenamed)))
        {
            return null;
        }

        using var merged = new PooledBuffer();
        using (var json = new Utf8JsonWriter(merged, JsonResponse.WriterOptions))
        {
            json.WriteStartObject();
            foreach (JsonProperty member in document.RootElement.EnumerateObject())
            {
                if (referring.Contains(member.Name) && member.Value.ValueKind == JsonValueKind.Array)
                {
                    WriteReferences(json, member);
                }
                else
                {
                    member.WriteTo(json);
                }
            }

            json.WriteEndObject();
        }

        byte[] renamed =
        [
            .. stored[..(ObjectRecord.PropertiesOffset + sizeof(uint))],
            .. merged.Written,
            .. stored[(ObjectRecord.PropertiesOffset + sizeof(uint) + properties.Length)..],
        ];
        BinaryPrimitives.WriteUInt32LittleEndian(renamed.AsSpan(ObjectRecord.PropertiesOffset), (uint)merged.Written.Length);
        return renamed;
    }

    private void WriteReferences(Utf8JsonWriter json, JsonProperty property)
    {
        json.WriteStartArray(property.Name);
        foreach (JsonElement reference in property.Value.EnumerateArray())
        {
            if (reference.TryGetProperty("beacon", out JsonElement text) && Beacon.TryParseObject(text.GetString(), out Beacon beacon) && IsRenamed(beacon))
            {
                json.WriteStartObject();
                json.WriteString("beacon", (beacon with { ClassName = NewName(NameRules.ClassName(beacon.ClassName!)) }).ToString());
                json.WriteEndObject();
            }
            else
            {
                reference.WriteTo(json);
            }
        }

        json.WriteEndArray();
    }

    private bool IsRenamed(Beacon beacon) => beacon.ClassName is { } name && renames.ContainsKey(NameRules.ClassName(name));
}
