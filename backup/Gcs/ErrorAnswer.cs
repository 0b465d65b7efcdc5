namespace Basalt.Backup.Gcs;

/// <summary>What the server says when it refuses.</summary>
internal sealed record ErrorAnswer(ErrorAnswer.Details? Error)
{
    /// <param name="Message">For people.</param>
    /// <param name="Errors">For programs.</param>
    internal sealed record Details(string? Message, Cause[]? Errors);

    /// <param name="Reason">A short name: <c>rateLimitExceeded</c>, <c>conditionNotMet</c> and others.</param>
    internal sealed record Cause(string? Reason);
}
