namespace Basalt.Backup.Documents;

/// <summary>An object that a collector could not delete.</summary>
/// <param name="Key">The object.</param>
/// <param name="Error">Why.</param>
internal sealed record FailedDeletion(string Key, string Error);
