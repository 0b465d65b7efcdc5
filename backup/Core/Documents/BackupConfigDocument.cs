using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Basalt.Backup.Documents;

/// <summary>
/// <c>backup_config.json</c>: a view in the shape that Weaviate writes, for people and tools that look into a bucket. Nothing here reads it.
/// </summary>
internal sealed record BackupConfigDocument
{
    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset CompletedAt { get; init; }

    public required string Id { get; init; }

    public required ImmutableDictionary<string, BackupConfigNode> Nodes { get; init; }

    [JsonPropertyName("node_mapping")]
    public required ImmutableDictionary<string, string> NodeMapping { get; init; }

    public required string Status { get; init; }

    public required string Version { get; init; }

    public required string ServerVersion { get; init; }

    public required string Leader { get; init; }

    public required string Error { get; init; }

    public required long PreCompressionSizeBytes { get; init; }

    public required string CompressionType { get; init; }
}
