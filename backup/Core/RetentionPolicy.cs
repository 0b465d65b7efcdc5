namespace Basalt.Backup;

/// <summary>
/// Which backups to keep. A backup is kept if any rule wants it; the newest complete one always is. Days, weeks (from Monday), months and
/// years are in UTC, and of each the newest backup counts.
/// </summary>
public sealed record RetentionPolicy
{
    private const int MostKept = 10_000;

    /// <summary>This many of the newest, whatever their age. 0 (no such rule) to 10,000.</summary>
    public int KeepLast { get; init; }

    /// <summary>One for each of the last days that have any. 0 (no such rule) to 10,000.</summary>
    public int KeepDaily { get; init; }

    /// <summary>One for each of the last weeks that have any. 0 (no such rule) to 10,000.</summary>
    public int KeepWeekly { get; init; }

    /// <summary>One for each of the last months that have any. 0 (no such rule) to 10,000.</summary>
    public int KeepMonthly { get; init; }

    /// <summary>One for each of the last years that have any. 0 (no such rule) to 10,000.</summary>
    public int KeepYearly { get; init; }

    /// <summary>
    /// Older backups are kept by <see cref="KeepLast"/> only, and without any other rule younger ones all stay. Null: no such rule; otherwise above 0.
    /// </summary>
    public TimeSpan? MaximumAge { get; init; }

    /// <summary>How long failed and canceled backups stay to be looked at. 0 to 3,650 days, 7 unless told.</summary>
    public TimeSpan KeepFailed { get; init; } = TimeSpan.FromDays(7);

    internal bool HasCalendarRule => KeepDaily + KeepWeekly + KeepMonthly + KeepYearly > 0;

    internal void Validate()
    {
        RequireRange(KeepLast, nameof(KeepLast));
        RequireRange(KeepDaily, nameof(KeepDaily));
        RequireRange(KeepWeekly, nameof(KeepWeekly));
        RequireRange(KeepMonthly, nameof(KeepMonthly));
        RequireRange(KeepYearly, nameof(KeepYearly));
        if (MaximumAge <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(MaximumAge), MaximumAge, "RetentionPolicy.MaximumAge takes more than 0.");
        }

        if (KeepFailed < TimeSpan.Zero || KeepFailed > TimeSpan.FromDays(3650))
        {
            throw new ArgumentOutOfRangeException(nameof(KeepFailed), KeepFailed, "RetentionPolicy.KeepFailed takes 0 to 3650 days.");
        }

        if (KeepLast == 0 && !HasCalendarRule && MaximumAge is null)
        {
            throw new ArgumentException(
                "RetentionPolicy has no rule. Set at least one of KeepLast, KeepDaily, KeepWeekly, KeepMonthly, KeepYearly and MaximumAge.");
        }
    }

    private static void RequireRange(int value, string name)
    {
        if (value is < 0 or > MostKept)
        {
            throw new ArgumentOutOfRangeException(name, value, $"RetentionPolicy.{name} takes 0 to {MostKept}.");
        }
    }
}
