using System.Text.Json.Serialization;

namespace Basalt.Server.Schema;

/// <summary>The stored form of <see cref="RenamingRecord"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RenamingRecord))]
internal sealed partial class RenamingJson : JsonSerializerContext;
