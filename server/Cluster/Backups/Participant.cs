namespace Basalt.Server.Cluster.Backups;

/// <summary>Decides what a participant does next. A pure function of the record and of its own last report.</summary>
internal static class Participant
{
    /// <summary>The next step of a node that takes part.</summary>
    /// <param name="record">How far the operation has come.</param>
    /// <param name="last">What the node reported last; null for nothing.</param>
    /// <param name="instance">This run of its process.</param>
    public static ShareStep Next(OperationRecord record, NodeReport? last, Guid instance)
    {
        NodeReport? own = last is not null && last.Operation == record.Operation ? last : null;
        if (own is { State: NodeState.Failed })
        {
            return ShareStep.None;
        }

        return record.Phase switch
        {
            // Again after a restart: only who is prepared in this run of its process may be armed.
            OperationPhase.Preparing => own is { State: NodeState.Prepared } && own.Instance == instance ? ShareStep.None : ShareStep.Prepare,
            OperationPhase.Cutting => own is { State: NodeState.Cut or NodeState.Passed } && own.Round == record.Round ? ShareStep.None

                // The clock of an earlier run may have passed the instant, with writes acknowledged; the clock of this one does not know.
                : own?.Instance == instance ? ShareStep.Cut
                : ShareStep.FindCut,
            OperationPhase.Transferring => own is { State: NodeState.Transferred } ? ShareStep.None : ShareStep.Transfer,
            OperationPhase.Staging => own is { State: NodeState.Staged } ? ShareStep.None : ShareStep.Stage,
            _ => ShareStep.None,
        };
    }
}
