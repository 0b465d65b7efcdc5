using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Basalt.Backup.Documents;

/// <summary><c>node.json</c>: one node's part of a backup.</summary>
internal sealed record NodeDocument : IJsonOnDeserialized
{
    public required string Node { get; init; }

    /// <summary>Identity of the database.</summary>
    public required Guid StoreId { get; init; }

    public required string EngineVersion { get; init; }

    public required CutEntry Cut { get; init; }

    public required ImmutableArray<ShardReference> Shards { get; init; }

    public required ImmutableArray<PackReference> Packs { get; init; }

    public required TotalsEntry Totals { get; init; }

    public required TimingsEntry Timings { get; init; }

    public required ImmutableArray<string> Warnings { get; init; }

    void IJsonOnDeserialized.OnDeserialized()
    {
        RequiredElements.Check(Shards, nameof(Shards));
        RequiredElements.Check(Packs, nameof(Packs));
        RequiredElements.Check(Warnings, nameof(Warnings));
    }
}
