namespace Basalt.Backup;

/// <summary>Something wrong with an object of a backup.</summary>
/// <param name="ObjectKey">The object.</param>
/// <param name="Message">What is wrong.</param>
public sealed record VerificationProblem(string ObjectKey, string Message);
