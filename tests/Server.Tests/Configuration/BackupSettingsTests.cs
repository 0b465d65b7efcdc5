using Basalt.Backup;
using Basalt.Server.Configuration;

namespace Basalt.Server.Tests.Configuration;

public sealed class BackupSettingsTests
{
    [Fact]
    public void Settings_ThatAreNotThere_LimitAndScheduleNothing()
    {
        BackupSettings settings = Read("");

        Assert.Equal((0, TimeSpan.Zero, false), (settings.MaxBytesPerSecond, settings.CollectionInterval, settings.AllowDegradedStores));
        Assert.Null(settings.Retention);
        Assert.Equal(TimeSpan.FromHours(24), settings.Collection.MinimumAge);
    }

    [Fact]
    public void Settings_WithAllVariables_AreTaken()
    {
        BackupSettings settings = Read(
            "BACKUP_MAX_RATE=50M;BACKUP_ALLOW_DEGRADED_STORES=true;BACKUP_GC_INTERVAL=12h;BACKUP_GC_MIN_AGE=2d;BACKUP_RETENTION_KEEP_LAST=3;"
            + "BACKUP_RETENTION_KEEP_DAILY=7;BACKUP_RETENTION_KEEP_WEEKLY=4;BACKUP_RETENTION_KEEP_MONTHLY=12;BACKUP_RETENTION_KEEP_YEARLY=1;"
            + "BACKUP_RETENTION_MAX_AGE=30d");

        Assert.Equal((50L << 20, TimeSpan.FromHours(12), true), (settings.MaxBytesPerSecond, settings.CollectionInterval, settings.AllowDegradedStores));
        Assert.Equal(TimeSpan.FromDays(2), settings.Collection.MinimumAge);
        Assert.Equal(
            new RetentionPolicy
            {
                KeepLast = 3,
                KeepDaily = 7,
                KeepWeekly = 4,
                KeepMonthly = 12,
                KeepYearly = 1,
                MaximumAge = TimeSpan.FromDays(30),
            },
            settings.Retention);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("1048576", 1L << 20)]
    [InlineData("1024K", 1L << 20)]
    [InlineData("2g", 2L << 30)]
    [InlineData("1024G", 1L << 40)]
    public void Rate_AsPeopleWriteIt_IsRead(string text, long rate) => Assert.Equal(rate, Read($"BACKUP_MAX_RATE={text}").MaxBytesPerSecond);

    [Theory]
    [InlineData("BACKUP_MAX_RATE=1", "BACKUP_MAX_RATE")]
    [InlineData("BACKUP_MAX_RATE=M", "BACKUP_MAX_RATE")]
    [InlineData("BACKUP_MAX_RATE=-5M", "BACKUP_MAX_RATE")]
    [InlineData("BACKUP_MAX_RATE=1025G", "BACKUP_MAX_RATE")]
    [InlineData("BACKUP_MAX_RATE=9223372036854775807G", "BACKUP_MAX_RATE")]
    [InlineData("BACKUP_GC_INTERVAL=30s", "BACKUP_GC_INTERVAL")]
    [InlineData("BACKUP_GC_INTERVAL=often", "BACKUP_GC_INTERVAL")]
    [InlineData("BACKUP_GC_INTERVAL=31d", "BACKUP_GC_INTERVAL")]
    [InlineData("BACKUP_GC_INTERVAL=1d;BACKUP_GC_MIN_AGE=400d", "BACKUP_GC_MIN_AGE")]
    [InlineData("BACKUP_GC_INTERVAL=1d;BACKUP_RETENTION_KEEP_DAILY=10001", "BACKUP_RETENTION_KEEP_DAILY")]
    [InlineData("BACKUP_GC_INTERVAL=1d;BACKUP_RETENTION_MAX_AGE=old", "BACKUP_RETENTION_MAX_AGE")]
    [InlineData("BACKUP_RETENTION_KEEP_LAST=3", "BACKUP_GC_INTERVAL")]
    [InlineData("BACKUP_ALLOW_DEGRADED_STORES=perhaps", "BACKUP_ALLOW_DEGRADED_STORES")]
    public void Settings_ThatAreWrong_AreRefusedByName(string variables, string part) =>
        Assert.Contains(part, Assert.Throws<SettingsException>(() => Read(variables)).Message, StringComparison.Ordinal);

    private static BackupSettings Read(string variables) => SettingsReader.Read(
        variables.Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal)).Backups;
}
