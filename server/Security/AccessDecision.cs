namespace Basalt.Server.Security;

/// <summary>The answer to a request for access.</summary>
/// <param name="Outcome">Whether it is let in.</param>
/// <param name="User">Who asks; empty if that is not known.</param>
/// <param name="Message">Why not; empty if it is let in.</param>
internal readonly record struct AccessDecision(AccessOutcome Outcome, string User, string Message);
