using System.Text.Json.Serialization;

namespace Basalt.Backup.Documents;

/// <summary>Generated readers and writers of all documents. Unknown fields are ignored, missing ones refused.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(RepositoryDocument))]
[JsonSerializable(typeof(ClaimDocument))]
[JsonSerializable(typeof(OutcomeDocument))]
[JsonSerializable(typeof(TombstoneDocument))]
[JsonSerializable(typeof(NodeDocument))]
[JsonSerializable(typeof(ShardDocument))]
[JsonSerializable(typeof(JournalDocument))]
[JsonSerializable(typeof(HeartbeatDocument))]
[JsonSerializable(typeof(PinDocument))]
[JsonSerializable(typeof(GarbagePlanDocument))]
[JsonSerializable(typeof(GarbageDoneDocument))]
[JsonSerializable(typeof(BackupConfigDocument))]
[JsonSerializable(typeof(VerdictDocument))]
internal sealed partial class DocumentJsonContext : JsonSerializerContext;
