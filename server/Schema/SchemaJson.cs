using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Basalt.Server.Schema;

/// <summary>Serializer code for JSON trees, generated at build time.</summary>
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class SchemaJson : JsonSerializerContext;
