using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Basalt.Backup.Documents;

/// <summary><c>outcome-NNNN.json</c>: how an attempt ended. Created once; this is the decision.</summary>
internal sealed record OutcomeDocument : IJsonOnDeserialized
{
    public const string Committed = "COMMITTED";
    public const string Failed = "FAILED";
    public const string Canceled = "CANCELED";

    public required string State { get; init; }

    public required string AttemptUlid { get; init; }

    public required DateTimeOffset Completed { get; init; }

    public required CoordinatorEntry By { get; init; }

    public string? Reason { get; init; }

    /// <summary>The node documents by hash; empty unless committed.</summary>
    public required ImmutableArray<NodeReference> Nodes { get; init; }

    /// <summary>SHA-256 over the node documents' hashes in order, in hex; null unless committed.</summary>
    public string? Root { get; init; }

    /// <summary>The collections inside, in order; empty unless committed.</summary>
    public required ImmutableArray<string> Collections { get; init; }

    public TotalsEntry? Totals { get; init; }

    public required string CutKind { get; init; }

    /// <summary>Names of features that a reader has to know.</summary>
    public required ImmutableArray<string> Requires { get; init; }

    public required string Producer { get; init; }

    /// <summary>The oldest format that can read the backup.</summary>
    public required string CompatRead { get; init; }

    void IJsonOnDeserialized.OnDeserialized()
    {
        RequiredElements.Check(Nodes, nameof(Nodes));
        RequiredElements.Check(Collections, nameof(Collections));
        RequiredElements.Check(Requires, nameof(Requires));
    }
}
