using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Basalt.Backup;

namespace Basalt.Server.Cluster.Backups;

/// <summary>How far the operation of an <see cref="OperationPlan"/> has come. Immutable; the coordinator stores the next one.</summary>
internal sealed record OperationRecord
{
    /// <summary>The format of the stored form.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The format that this is stored in.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>A random name of this write, by which its writer finds out whether it was carried out.</summary>
    public Guid Write { get; init; } = Guid.NewGuid();

    /// <summary>The operation.</summary>
    public required Guid Operation { get; init; }

    /// <summary>Create or restore.</summary>
    public required OperationKind Kind { get; init; }

    /// <summary>The backup.</summary>
    public required string Id { get; init; }

    /// <summary>The phase.</summary>
    public required OperationPhase Phase { get; init; }

    /// <summary>When the phase, or the round of it, began (UTC).</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Create: the attempt that was claimed; 0 before that.</summary>
    public int Attempt { get; init; }

    /// <summary>Create: the identity of that attempt in the repository.</summary>
    public string? AttemptUlid { get; init; }

    /// <summary>Create: how many instants were tried.</summary>
    public int Round { get; init; }

    /// <summary>Create: the instant at which all nodes cut.</summary>
    public long? Instant { get; init; }

    /// <summary>Participants that are no members at present, and since when that is known.</summary>
    public ImmutableDictionary<string, DateTimeOffset> Absent { get; init; } = ImmutableDictionary<string, DateTimeOffset>.Empty;

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }

    /// <summary>The node that stored this.</summary>
    public string? Coordinator { get; init; }

    /// <summary>Whether it has ended.</summary>
    [JsonIgnore]
    public bool IsFinal => Phase is OperationPhase.Done or OperationPhase.Failed or OperationPhase.Canceled;

    /// <summary>The record of an operation that begins.</summary>
    public static OperationRecord Begin(OperationPlan plan) => new()
    {
        Operation = plan.Operation,
        Kind = plan.Kind,
        Id = plan.Id,
        Phase = plan.Kind == OperationKind.Create ? OperationPhase.Claiming : OperationPhase.Staging,
        Since = plan.Started,
    };

    /// <summary>The record of the next phase.</summary>
    public OperationRecord To(OperationPhase phase, DateTimeOffset now) => this with { Phase = phase, Since = now, Write = Guid.NewGuid() };

    /// <summary>What the library wants to know of a create.</summary>
    public BackupTicket ToTicket(OperationPlan plan) => new()
    {
        Id = Id,
        Attempt = Attempt,
        AttemptUlid = AttemptUlid ?? throw new InvalidOperationException("The id is not claimed yet."),
        Collections = plan.Classes,
        Participants = plan.Participants,
    };
}
