namespace Basalt.Backup.GarbageCollection;

/// <summary>An attempt as a collector sees it.</summary>
/// <param name="Id">The backup's id.</param>
/// <param name="Number">The attempt's number.</param>
/// <param name="Claimant">Whose claim counts, in a degraded repository; empty in others.</param>
/// <param name="Standing">What it means for objects.</param>
/// <param name="IsNewest">Whether it is the newest under its id.</param>
/// <param name="StartedAt">When it was claimed; the beginning of time if that cannot be read.</param>
/// <param name="DeletedAt">When it was deleted; null if it was not.</param>
internal sealed record SurveyedAttempt(
    string Id, int Number, string Claimant, AttemptStanding Standing, bool IsNewest, DateTimeOffset StartedAt, DateTimeOffset? DeletedAt);
