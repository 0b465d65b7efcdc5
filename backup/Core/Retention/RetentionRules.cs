using System.Globalization;

namespace Basalt.Backup.Retention;

/// <summary>Applies a policy to a list of backups. A pure function of both and the time.</summary>
internal static class RetentionRules
{
    /// <summary>What becomes of each backup, the newest first.</summary>
    public static IReadOnlyList<RetentionDecision> Apply(IEnumerable<BackupSummary> backups, RetentionPolicy policy, DateTimeOffset now)
    {
        BackupSummary[] ordered = [.. backups.OrderByDescending(TimeOf).ThenByDescending(backup => backup.Id, StringComparer.Ordinal)];
        Dictionary<string, string> kept = Keep([.. ordered.Where(backup => backup.State == BackupState.Success)], policy, now);
        return
        [
            .. ordered.Select(backup => backup.State switch
            {
                BackupState.Success => kept.TryGetValue(backup.Id, out string? reason)
                    ? new RetentionDecision(backup, true, reason)
                    : new RetentionDecision(backup, false, "no rule keeps it"),
                BackupState.Failed when backup.Attempt == 0 => new RetentionDecision(backup, true, "it cannot be read; delete it by its id"),
                BackupState.Failed or BackupState.Canceled => now - TimeOf(backup) > policy.KeepFailed
                    ? new RetentionDecision(backup, false, $"{Name(backup)} more than {policy.KeepFailed.TotalDays:0.#} days ago")
                    : new RetentionDecision(backup, true, $"{Name(backup)} not long ago"),
                _ => new RetentionDecision(backup, true, "it is being made"),
            }),
        ];
    }

    /// <summary>The complete backups to keep, by id, with the rule that wants them.</summary>
    private static Dictionary<string, string> Keep(BackupSummary[] newestFirst, RetentionPolicy policy, DateTimeOffset now)
    {
        var kept = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (BackupSummary backup in newestFirst.Take(1))
        {
            kept[backup.Id] = "the newest complete one";
        }

        foreach (BackupSummary backup in newestFirst.Take(policy.KeepLast))
        {
            kept.TryAdd(backup.Id, $"among the last {policy.KeepLast}");
        }

        BackupSummary[] young = [.. newestFirst.Where(backup => policy.MaximumAge is not { } age || now - TimeOf(backup) <= age)];
        KeepOneEach(young, policy.KeepDaily, "daily", time => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), kept);
        KeepOneEach(young, policy.KeepWeekly, "weekly", time => $"{ISOWeek.GetYear(time.DateTime)}-W{ISOWeek.GetWeekOfYear(time.DateTime):00}", kept);
        KeepOneEach(young, policy.KeepMonthly, "monthly", time => time.ToString("yyyy-MM", CultureInfo.InvariantCulture), kept);
        KeepOneEach(young, policy.KeepYearly, "yearly", time => time.ToString("yyyy", CultureInfo.InvariantCulture), kept);
        if (policy is { MaximumAge: not null, HasCalendarRule: false })
        {
            foreach (BackupSummary backup in young)
            {
                kept.TryAdd(backup.Id, "younger than the maximum age");
            }
        }

        return kept;
    }

    private static void KeepOneEach(
        BackupSummary[] newestFirst, int periods, string rule, Func<DateTimeOffset, string> periodOf, Dictionary<string, string> kept)
    {
        foreach (IGrouping<string, BackupSummary> period in newestFirst.GroupBy(backup => periodOf(TimeOf(backup).ToUniversalTime())).Take(periods))
        {
            kept.TryAdd(period.First().Id, $"{rule}, {period.Key}");
        }
    }

    private static DateTimeOffset TimeOf(BackupSummary backup) => backup.CompletedAt ?? backup.StartedAt;

    private static string Name(BackupSummary backup) => backup.State == BackupState.Failed ? "failed" : "canceled";
}
