using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Basalt.Backup.Documents;

/// <summary><c>j-N.json</c>: objects that an attempt is about to make or to share. Written before it touches any of them.</summary>
internal sealed record JournalDocument : IJsonOnDeserialized
{
    public required string AttemptUlid { get; init; }

    public required ImmutableArray<JournalEntry> Entries { get; init; }

    void IJsonOnDeserialized.OnDeserialized() => RequiredElements.Check(Entries, nameof(Entries));
}
