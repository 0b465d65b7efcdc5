using Basalt.Backup.Retention;
using Basalt.Backup.Tests.Support;
using Basalt.Engine;

namespace Basalt.Backup.Tests.Retention;

/// <summary>A policy keeps what its rules name, and never the last good backup's grave.</summary>
public sealed class RetentionTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 15, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Apply_KeepLast_KeepsTheNewest()
    {
        string[] kept = Kept(new RetentionPolicy { KeepLast = 2 }, Daily(5));

        Assert.Equal(["d0", "d1"], kept);
    }

    [Fact]
    public void Apply_KeepDaily_KeepsTheNewestOfEachDayThatHasAny()
    {
        BackupSummary[] backups = [Good("morning", 1, hours: 8), Good("evening", 1, hours: 2), Good("older", 5), Good("oldest", 6)];

        Assert.Equal(["evening", "older"], Kept(new RetentionPolicy { KeepDaily = 2 }, backups));
    }

    [Fact]
    public void Apply_SeveralRules_KeepTheirUnion()
    {
        string[] kept = Kept(new RetentionPolicy { KeepDaily = 3, KeepWeekly = 2, KeepMonthly = 3 }, Daily(80));

        // 15 March 2026 is a Sunday: the week before ended on the 8th. The newest of February is of the 28th, of January of the 31st.
        Assert.Equal(["d0", "d1", "d2", "d7", "d15", "d43"], kept);
    }

    [Fact]
    public void Apply_MaximumAgeAlone_KeepsAllThatAreYounger() =>
        Assert.Equal(["d0", "d1", "d2"], Kept(new RetentionPolicy { MaximumAge = TimeSpan.FromDays(2.5) }, Daily(9)));

    [Fact]
    public void Apply_MaximumAge_LimitsCalendarRulesButNotKeepLast() =>
        Assert.Equal(
            ["d0", "d1", "d2", "d3"], Kept(new RetentionPolicy { KeepLast = 4, KeepDaily = 7, MaximumAge = TimeSpan.FromDays(1.5) }, Daily(9)));

    [Fact]
    public void Apply_WhenAllAreTooOld_KeepsTheNewestCompleteOne() =>
        Assert.Equal(["d5"], Kept(new RetentionPolicy { MaximumAge = TimeSpan.FromDays(1) }, Daily(9)[5..]));

    [Fact]
    public void Apply_ToFailedAndRunningBackups_KeepsThemForAWhile()
    {
        BackupSummary[] backups =
        [
            Good("good", 20),
            Good("fresh", 1) with { State = BackupState.Failed },
            Good("stale", 8) with { State = BackupState.Canceled },
            Good("running", 30) with { State = BackupState.Started },
            Good("unreadable", 90) with { State = BackupState.Failed, Attempt = 0 },
        ];

        Assert.Equal(["fresh", "good", "running", "unreadable"], Kept(new RetentionPolicy { KeepLast = 1 }, backups).Order());
    }

    [Fact]
    public void Apply_ToAnyBackupsUnderAnyPolicy_KeepsTheNewestAndIsStable()
    {
        var random = new Random(7);
        for (int round = 0; round < 1_000; round++)
        {
            int[] ages = [.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => random.Next(400)).Distinct()];
            var policy = new RetentionPolicy
            {
                KeepLast = random.Next(3),
                KeepDaily = random.Next(3),
                KeepMonthly = random.Next(3),
                MaximumAge = TimeSpan.FromDays(random.Next(1, 100)),
            };
            BackupSummary[] backups = [.. ages.Select(age => Good("d" + age, age))];

            string[] kept = Kept(policy, backups);

            Assert.Equal("d" + ages.Min(), kept[0]);
            Assert.Equal(kept, Kept(policy, backups.Where(backup => kept.Contains(backup.Id))));
        }
    }

    [Fact]
    public void Validate_WithoutARuleOrOutOfRange_SaysWhatIsWrong()
    {
        Assert.Contains("KeepLast", Assert.Throws<ArgumentException>(() => new RetentionPolicy().Validate()).Message, StringComparison.Ordinal);
        Assert.Contains("KeepDaily", Assert.Throws<ArgumentOutOfRangeException>(() => new RetentionPolicy { KeepDaily = -1 }.Validate()).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetentionPolicy { MaximumAge = TimeSpan.Zero }.Validate());
    }

    [Fact]
    public async Task Prune_DeletesWhatThePolicyDoesNotKeepUnlessItIsADryRun()
    {
        await using var bench = new Workbench();
        Database source = bench.OpenDatabase();
        BackupService service = bench.OpenService(source);
        Contents.Fill(source, "Book", 10, seed: 1);
        foreach (string id in (string[])["b1", "b2", "b3"])
        {
            await service.CreateAsync(new BackupRequest(id));
        }

        IReadOnlyList<RetentionDecision> rehearsal = await service.Repository.PruneAsync(new RetentionPolicy { KeepLast = 1 }, isDryRun: true);
        int before = (await service.ListAsync()).Count;
        IReadOnlyList<RetentionDecision> decisions = await service.Repository.PruneAsync(new RetentionPolicy { KeepLast = 1 });

        Assert.Equal(3, before);
        Assert.Equal([("b3", true), ("b2", false), ("b1", false)], decisions.Select(decision => (decision.Backup.Id, decision.IsKept)));
        Assert.Equal(rehearsal.Select(decision => decision.Reason), decisions.Select(decision => decision.Reason));
        Assert.Equal("b3", Assert.Single(await service.ListAsync()).Id);
    }

    private static string[] Kept(RetentionPolicy policy, IEnumerable<BackupSummary> backups) =>
        [.. RetentionRules.Apply(backups, policy, Now).Where(decision => decision.IsKept).Select(decision => decision.Backup.Id)];

    private static BackupSummary[] Daily(int days) => [.. Enumerable.Range(0, days).Select(day => Good("d" + day, day))];

    private static BackupSummary Good(string id, int days, int hours = 0) => new()
    {
        Id = id,
        State = BackupState.Success,
        Attempt = 1,
        Collections = [],
        Node = "node1",
        StartedAt = Now.AddDays(-days).AddHours(-hours).AddMinutes(-1),
        CompletedAt = Now.AddDays(-days).AddHours(-hours),
    };
}
