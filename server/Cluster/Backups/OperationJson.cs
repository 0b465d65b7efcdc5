using System.Text.Json.Serialization;

namespace Basalt.Server.Cluster.Backups;

/// <summary>Generated readers and writers of what is in the store about an operation. Unknown fields are passed over.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(OperationPlan))]
[JsonSerializable(typeof(OperationRecord))]
[JsonSerializable(typeof(EndedRestore))]
[JsonSerializable(typeof(NodeReport))]
internal sealed partial class OperationJson : JsonSerializerContext;
