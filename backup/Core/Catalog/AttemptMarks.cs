namespace Basalt.Backup.Catalog;

/// <summary>An attempt, as the names of its objects tell it.</summary>
/// <param name="Number">Its number.</param>
/// <param name="HasOutcome">Whether it has ended.</param>
/// <param name="IsDeleted">Whether it has a tombstone.</param>
/// <param name="IsNewest">Whether it is the newest under its id, the one that counts.</param>
internal readonly record struct AttemptMarks(int Number, bool HasOutcome, bool IsDeleted, bool IsNewest);
