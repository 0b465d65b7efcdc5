using System.Text.Json.Serialization;

namespace Basalt.Server.Backups;

/// <summary>The stored form of <see cref="RestoreRecord"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(RestoreRecord))]
internal sealed partial class RestoreJson : JsonSerializerContext;
