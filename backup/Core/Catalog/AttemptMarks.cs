namespace Basalt.Backup.Catalog;

/// <summary>An attempt, as the names of its objects tell it.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Claimant">Whose claim counts, in a degraded repository; empty in others.</param>
/// <param name="HasOutcome">Whether it has ended.</param>
/// <param name="IsDeleted">Whether it has a tombstone, or was withdrawn.</param>
/// <param name="IsWithdrawn">Whether all who claimed it gave it up before they stored anything.</param>
/// <param name="IsNewest">Whether it is the newest under its id, the one that counts.</param>
internal readonly record struct AttemptMarks(
    int Number, string Claimant, bool HasOutcome, bool IsDeleted, bool IsWithdrawn, bool IsNewest)
{
    /// <summary>Whether somebody may be working on it.</summary>
    public bool IsOpen => !HasOutcome && !IsDeleted;
}
