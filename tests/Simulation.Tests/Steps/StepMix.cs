namespace Basalt.Simulation.Tests.Steps;

/// <summary>How often what is done.</summary>
/// <param name="Steps">One after the other.</param>
/// <param name="Interludes">In the middle of a step.</param>
internal sealed record StepMix((StepKind Kind, int Weight)[] Steps, (StepKind Kind, int Weight)[] Interludes)
{
    public static StepMix OfEverything { get; } = new(
        [
            (StepKind.Write, 24), (StepKind.WriteMuch, 8), (StepKind.Read, 4), (StepKind.OpenSnapshot, 2), (StepKind.ReadSnapshot, 3),
            (StepKind.CloseSnapshot, 2), (StepKind.Flush, 5), (StepKind.Compact, 4), (StepKind.CreateKeyspaces, 4), (StepKind.DropKeyspaces, 2),
            (StepKind.TakeLease, 3), (StepKind.RestoreLease, 2), (StepKind.ReleaseLease, 1), (StepKind.CreateBackup, 10), (StepKind.CancelBackup, 1),
            (StepKind.DeleteBackup, 3), (StepKind.Prune, 1), (StepKind.Collect, 5), (StepKind.Verify, 2), (StepKind.RestoreRenamed, 3),
            (StepKind.RestoreElsewhere, 3), (StepKind.PassTime, 3), (StepKind.Reopen, 3),
        ],
        [
            (StepKind.Write, 12), (StepKind.WriteMuch, 4), (StepKind.Read, 2), (StepKind.Flush, 3), (StepKind.Compact, 4), (StepKind.CreateKeyspaces, 2),
            (StepKind.DropKeyspaces, 2), (StepKind.TakeLease, 1), (StepKind.CreateBackup, 5), (StepKind.CancelBackup, 3), (StepKind.HaltBackup, 3),
            (StepKind.DeleteBackup, 5), (StepKind.Collect, 8), (StepKind.Verify, 1), (StepKind.RestoreRenamed, 3), (StepKind.CancelRestore, 2),
            (StepKind.RestoreElsewhere, 2), (StepKind.PassTime, 3), (StepKind.Prune, 1),
        ]);

    /// <summary>The same few segments again and again, so that backups share extents while they come, go and are collected.</summary>
    public static StepMix OfRepository { get; } = new(
        [
            (StepKind.Write, 1), (StepKind.CreateBackup, 12), (StepKind.DeleteBackup, 4), (StepKind.Collect, 10), (StepKind.RestoreElsewhere, 3),
            (StepKind.PassTime, 2), (StepKind.Verify, 1), (StepKind.Reopen, 1),
        ],
        [
            (StepKind.CreateBackup, 9), (StepKind.CancelBackup, 6), (StepKind.HaltBackup, 1), (StepKind.DeleteBackup, 6), (StepKind.Collect, 9),
            (StepKind.RestoreElsewhere, 2), (StepKind.Prune, 1), (StepKind.PassTime, 1),
        ]);
}
