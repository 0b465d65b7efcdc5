using Basalt.Backup;
using Basalt.Server.Cluster;
using Basalt.Server.Cluster.Backups;

namespace Basalt.Server.Tests.Cluster.Backups;

/// <summary>Nodes that are killed at their n-th transaction, before it or when its answer is due, and come back or stay away.</summary>
public sealed class ClusterBackupKillTests
{
    // More than a node that coordinates makes: the last ones kill nobody, and show that all were reached.
    private const int Points = 14;

    public static TheoryData<string, int, bool> KillPoints
    {
        get
        {
            var points = new TheoryData<string, int, bool>();
            foreach (int point in Enumerable.Range(1, Points))
            {
                points.Add("n1", point, point % 2 == 0);
                points.Add("n1", point, point % 2 != 0);
            }

            foreach (int point in Enumerable.Range(1, 4))
            {
                points.Add("n3", point, false);
                points.Add("n3", point, true);
            }

            return points;
        }
    }

    [Theory]
    [MemberData(nameof(KillPoints))]
    public async Task Create_WhenANodeIsKilledAndComesBack_Succeeds(string victim, int transaction, bool isAnswerLost)
    {
        await using var cluster = new FakeCluster(nodes: 3);
        KillAt(cluster, victim, transaction, isAnswerLost, killed => cluster.Start(victim));
        OperationPlan plan = cluster.Plan();

        // The node that starts it makes the first transaction, and may be killed at it.
        OperationRecord? end = await StartAndWaitAsync(cluster, plan, starter: "n1");

        if (end is not null)
        {
            Assert.True(end.Phase == OperationPhase.Done, $"{end.Phase}: {end.Error}");
            Assert.Equal(BackupState.Success, cluster.Repository.OutcomeOf("b1"));
        }

        Assert.All(plan.Participants, node => Assert.All(cluster.DiskOf(node).Cuts.Values, count => Assert.Equal(1, count)));
    }

    [Theory]
    [InlineData("n1", 1)]
    [InlineData("n1", 2)]
    [InlineData("n1", 3)]
    [InlineData("n3", 1)]
    [InlineData("n3", 2)]
    [InlineData("n3", 3)]
    public async Task Create_WhenANodeIsKilledAtAReportAndStaysAway_FailsAndNamesIt(string victim, int report)
    {
        await using var cluster = new FakeCluster(nodes: 3);
        foreach (string node in cluster.Members())
        {
            cluster.Kill(node);
        }

        cluster.Limits = new CoordinatorLimits { Margin = TimeSpan.FromMilliseconds(30), Absence = TimeSpan.FromMilliseconds(200) };
        foreach (string node in new[] { "n1", "n2", "n3" })
        {
            cluster.Start(node);
        }

        string key = cluster.Keys.Report(victim);
        KillAt(cluster, victim, report, isAnswerLost: false, _ => { }, transaction => transaction.Puts.Any(put => put.Key == key));
        OperationPlan plan = cluster.Plan();

        OperationRecord? end = await StartAndWaitAsync(cluster, plan, starter: "n1");

        Assert.Equal(OperationPhase.Failed, end!.Phase);
        Assert.Contains($"'{victim}'", end.Error!, StringComparison.Ordinal);
        Assert.Equal(BackupState.Failed, cluster.Repository.OutcomeOf("b1"));
    }

    [Fact]
    public async Task Create_WhenTheRepositoryIsOutOfReach_EndsWithoutTellingIt()
    {
        await using var cluster = new FakeCluster(nodes: 1);
        cluster.Kill("n1");
        cluster.Limits = new CoordinatorLimits
        {
            Claim = TimeSpan.FromMilliseconds(100),
            Untold = TimeSpan.FromMilliseconds(100),
            Margin = TimeSpan.FromMilliseconds(30),
        };
        cluster.Start("n1");
        cluster.Repository.IsUnreachable = true;
        OperationPlan plan = cluster.Plan();

        await cluster["n1"].Backups.StartAsync(plan, CancellationToken.None);
        OperationRecord end = await cluster.EndOfAsync(plan, "n1");

        Assert.Equal(OperationPhase.Failed, end.Phase);
        Assert.Contains("could not be told", end.Error!, StringComparison.Ordinal);
    }

    private static void KillAt(
        FakeCluster cluster, string victim, int transaction, bool isAnswerLost, Action<int> afterwards, Func<ClusterTransaction, bool>? counts = null)
    {
        int count = 0;
        void Count(ClusterTransaction made)
        {
            if ((counts?.Invoke(made) ?? true) && Interlocked.Increment(ref count) == transaction)
            {
                cluster.Kill(victim);
                afterwards(count);
            }
        }

        if (isAnswerLost)
        {
            cluster[victim].Store.AfterCommit = Count;
        }
        else
        {
            cluster[victim].Store.BeforeCommit = Count;
        }
    }

    /// <returns>How it ended; null if it was never begun.</returns>
    private static async Task<OperationRecord?> StartAndWaitAsync(FakeCluster cluster, OperationPlan plan, string starter)
    {
        try
        {
            await cluster[starter].Backups.StartAsync(plan, CancellationToken.None);
        }
        catch (ClusterUnavailableException)
        {
            // Killed at its very first transaction: whether that was carried out the store tells.
            if (await cluster.Store.FindAsync(cluster.Keys.Record, CancellationToken.None) is null)
            {
                return null;
            }
        }

        return await cluster.EndOfAsync(plan, "n2");
    }
}
