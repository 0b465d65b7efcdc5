namespace Basalt.Backup.Catalog;

/// <summary>The newest attempt under an id, as the names of its objects tell it.</summary>
/// <param name="Number">Its number.</param>
/// <param name="HasOutcome">Whether it has ended.</param>
/// <param name="IsDeleted">Whether it has a tombstone.</param>
internal readonly record struct NewestAttempt(int Number, bool HasOutcome, bool IsDeleted);
