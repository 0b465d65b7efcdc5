using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Basalt.Backup.Documents;

/// <summary><c>shard-*.json.gz</c>: keyspaces and segments of one shard of one collection.</summary>
internal sealed record ShardDocument : IJsonOnDeserialized
{
    public required string Collection { get; init; }

    public required string Shard { get; init; }

    /// <summary>Full names of all keyspaces, those without a segment included.</summary>
    public required ImmutableArray<string> Keyspaces { get; init; }

    public required ImmutableArray<FileEntry> Files { get; init; }

    void IJsonOnDeserialized.OnDeserialized()
    {
        RequiredElements.Check(Keyspaces, nameof(Keyspaces));
        RequiredElements.Check(Files, nameof(Files));
    }
}
