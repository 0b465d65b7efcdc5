namespace Basalt.Backup;

/// <summary>What a policy says about a backup.</summary>
/// <param name="Backup">The backup.</param>
/// <param name="IsKept">Whether it stays.</param>
/// <param name="Reason">Why.</param>
public sealed record RetentionDecision(BackupSummary Backup, bool IsKept, string Reason);
