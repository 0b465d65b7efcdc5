using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Basalt.Backup.Documents;

/// <summary><c>repo-N.json</c>: what a repository is. The one with the highest number counts.</summary>
internal sealed record RepositoryDocument : IJsonOnDeserialized
{
    public const string Verified = "verified";
    public const string Absent = "absent";

    public required string Format { get; init; }

    public required string RepoId { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required long ExtentSize { get; init; }

    public required string Digest { get; init; }

    /// <summary>Names of features that a reader has to know.</summary>
    public required ImmutableArray<string> Requires { get; init; }

    /// <summary>Whether create-if-absent was seen to work: "verified" or "absent".</summary>
    public required string ConditionalWrites { get; init; }

    void IJsonOnDeserialized.OnDeserialized() => RequiredElements.Check(Requires, nameof(Requires));
}
