using System.Diagnostics.CodeAnalysis;
using Basalt.Backup.Documents;
using Basalt.Backup.Naming;

namespace Basalt.Backup.Catalog;

/// <summary>The newest attempt under an id, not deleted.</summary>
/// <param name="Id">The backup's id.</param>
/// <param name="Attempt">The attempt's number.</param>
/// <param name="Claimant">Whose claim it is in a degraded repository; empty in others.</param>
/// <param name="Claim">Its claim.</param>
/// <param name="Outcome">How it ended; null while that is open.</param>
internal sealed record BackupRecord(string Id, int Attempt, string Claimant, ClaimDocument Claim, OutcomeDocument? Outcome)
{
    /// <summary>Whether it is in a store without conditional writes.</summary>
    public bool IsDegraded => Claimant.Length > 0;

    /// <summary>The object that says how it ended.</summary>
    public string OutcomeKey => RepositoryLayout.Outcome(Id, Attempt, Claimant);

    /// <summary>Whether it is complete: it can be restored, and others may share its extents.</summary>
    [MemberNotNullWhen(true, nameof(Outcome))]
    public bool IsRestorable => Outcome is { State: OutcomeDocument.Committed };

    /// <summary>Whether a new attempt may be made under the id.</summary>
    public bool IsFree => Outcome is { State: not OutcomeDocument.Committed };

    public BackupState State => Outcome?.State switch
    {
        null => BackupState.Started,
        OutcomeDocument.Committed => BackupState.Success,
        OutcomeDocument.Canceled => BackupState.Canceled,
        _ => BackupState.Failed,
    };

    public BackupSummary ToSummary() => new()
    {
        Id = Id,
        State = State,
        Attempt = Attempt,
        Collections = Outcome is { State: OutcomeDocument.Committed } ? Outcome.Collections : Claim.Collections,
        Node = Claim.Coordinator.Node,
        Participants = [.. Claim.Participants.Order(StringComparer.Ordinal)],
        IsCausal = Outcome is { State: OutcomeDocument.Committed, CutKind: CutKind.Causal },
        StartedAt = Claim.Started,
        CompletedAt = Outcome?.Completed,
        Error = Outcome?.Reason,
        Files = Outcome?.Totals?.Files ?? 0,
        LogicalBytes = Outcome?.Totals?.LogicalBytes ?? 0,
        UploadedBytes = Outcome?.Totals?.UploadedBytes ?? 0,
        ReusedBytes = Outcome?.Totals?.ReusedBytes ?? 0,
        Root = Outcome?.Root,
        IsDegraded = IsDegraded,
    };
}
