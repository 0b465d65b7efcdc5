namespace Basalt.Backup;

/// <summary>How garbage is collected.</summary>
public sealed record GarbageCollectionOptions
{
    internal static readonly TimeSpan DegradedMinimumAge = TimeSpan.FromHours(72);

    /// <summary>
    /// Attempts that began less than this ago keep what they made, needed or not. 0 to 365 days, 24 hours unless told. The protocol does not
    /// need it; it is a second belt, and the only one of a restore that may not write pins. In a degraded repository it is 72 hours at least.
    /// </summary>
    public TimeSpan MinimumAge { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Whether to say only what would be deleted.</summary>
    public bool IsDryRun { get; init; }

    internal void Validate()
    {
        if (MinimumAge < TimeSpan.Zero || MinimumAge > TimeSpan.FromDays(365))
        {
            throw new ArgumentOutOfRangeException(
                nameof(MinimumAge), MinimumAge, "GarbageCollectionOptions.MinimumAge takes 0 to 365 days.");
        }
    }
}
