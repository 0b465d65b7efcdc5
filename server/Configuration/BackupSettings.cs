using System.Globalization;
using Basalt.Backup;
using Basalt.Server.Backups;

namespace Basalt.Server.Configuration;

/// <summary>How backups are made and tended, whatever their backend.</summary>
internal sealed record BackupSettings
{
    /// <summary>The variable that turns the schedule on.</summary>
    public const string IntervalVariable = "BACKUP_GC_INTERVAL";

    /// <summary>The variable with the rate.</summary>
    public const string RateVariable = "BACKUP_MAX_RATE";

    private const string RetentionPrefix = "BACKUP_RETENTION_";
    private const int MostKept = 10_000;

    // Timers take no more than 49 days.
    private static readonly TimeSpan LongestInterval = TimeSpan.FromDays(30);

    /// <summary>Whether a store without conditional writes is used (<c>BACKUP_ALLOW_DEGRADED_STORES</c>).</summary>
    public bool AllowDegradedStores { get; init; }

    /// <summary>Most bytes per second of the transfers of a repository (<c>BACKUP_MAX_RATE</c>); 0 for no limit.</summary>
    public long MaxBytesPerSecond { get; init; }

    /// <summary>Time between two collections of garbage (<c>BACKUP_GC_INTERVAL</c>); zero for none.</summary>
    public TimeSpan CollectionInterval { get; init; }

    /// <summary>How garbage is collected on the schedule (<c>BACKUP_GC_MIN_AGE</c>).</summary>
    public GarbageCollectionOptions Collection { get; init; } = new();

    /// <summary>Which backups the schedule keeps (<c>BACKUP_RETENTION_KEEP_LAST</c> and others); null deletes none.</summary>
    public RetentionPolicy? Retention { get; init; }

    /// <summary>Reads them.</summary>
    /// <exception cref="SettingsException">A value is not allowed.</exception>
    public static BackupSettings Read(VariableReader reader)
    {
        TimeSpan interval = ReadAge(reader, IntervalVariable, TimeSpan.FromMinutes(1), LongestInterval) ?? TimeSpan.Zero;
        RetentionPolicy? retention = ReadRetention(reader);
        if (retention is not null && interval == TimeSpan.Zero)
        {
            throw new SettingsException($"{RetentionPrefix}* say what a schedule keeps, and there is none: set {IntervalVariable}, 24h for example.");
        }

        return new BackupSettings
        {
            AllowDegradedStores = reader.Flag("BACKUP_ALLOW_DEGRADED_STORES", false),
            MaxBytesPerSecond = ReadRate(reader),
            CollectionInterval = interval,
            Collection = ReadAge(reader, "BACKUP_GC_MIN_AGE", TimeSpan.Zero, TimeSpan.FromDays(365)) is { } age
                ? new GarbageCollectionOptions { MinimumAge = age }
                : new GarbageCollectionOptions(),
            Retention = retention,
        };
    }

    private static RetentionPolicy? ReadRetention(VariableReader reader)
    {
        var policy = new RetentionPolicy
        {
            KeepLast = Count("KEEP_LAST"),
            KeepDaily = Count("KEEP_DAILY"),
            KeepWeekly = Count("KEEP_WEEKLY"),
            KeepMonthly = Count("KEEP_MONTHLY"),
            KeepYearly = Count("KEEP_YEARLY"),
            MaximumAge = ReadAge(reader, RetentionPrefix + "MAX_AGE", TimeSpan.FromSeconds(1), TimeSpan.MaxValue),
        };
        return policy == new RetentionPolicy() ? null : policy;

        int Count(string rule) => (int)reader.Integer(RetentionPrefix + rule, 0, 0, MostKept);
    }

    private static long ReadRate(VariableReader reader) =>
        reader.Text(RateVariable) is not { } text ? 0
        : ByteRate.TryParse(text, out long rate) ? rate
        : throw SettingsException.Invalid(RateVariable, text, ByteRate.Allowed);

    private static TimeSpan? ReadAge(VariableReader reader, string name, TimeSpan least, TimeSpan most)
    {
        if (reader.Text(name) is not { } text)
        {
            return null;
        }

        if (Age.TryParse(text, out TimeSpan age) && (age == TimeSpan.Zero || age >= least) && age <= most)
        {
            return age == TimeSpan.Zero && least > TimeSpan.Zero ? null : age;
        }

        string range = most == TimeSpan.MaxValue ? "" : string.Create(CultureInfo.InvariantCulture, $", up to {most.TotalDays:0}d");
        throw SettingsException.Invalid(name, text, Age.Allowed + range);
    }
}
