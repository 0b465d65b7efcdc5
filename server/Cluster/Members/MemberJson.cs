using System.Text.Json.Serialization;

namespace Basalt.Server.Cluster.Members;

/// <summary>The stored form of <see cref="StoredMember"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StoredMember))]
internal sealed partial class MemberJson : JsonSerializerContext;
