using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Basalt.Backup.Documents;

/// <summary><c>claim-NNNN.json</c>: an id is taken for one attempt.</summary>
internal sealed record ClaimDocument : IJsonOnDeserialized
{
    public required string BackupId { get; init; }

    public required int Attempt { get; init; }

    public required string AttemptUlid { get; init; }

    public required CoordinatorEntry Coordinator { get; init; }

    public required SelectionEntry Requested { get; init; }

    /// <summary>The collections that the request meant when it came.</summary>
    public required ImmutableArray<string> Collections { get; init; }

    public required ImmutableArray<string> Participants { get; init; }

    /// <summary>Identity of the database; zero if several nodes take part, each with its own.</summary>
    public required Guid StoreId { get; init; }

    public required DateTimeOffset Started { get; init; }

    public required long LeaseSeconds { get; init; }

    public int? PreviousAttempt { get; init; }

    /// <summary>Whether it is of a cluster, whose coordinator ends it, and no database alone.</summary>
    [JsonIgnore]
    public bool IsOfCluster => StoreId == Guid.Empty;

    void IJsonOnDeserialized.OnDeserialized()
    {
        RequiredElements.Check(Collections, nameof(Collections));
        RequiredElements.Check(Participants, nameof(Participants));
    }
}
