using Basalt.Crash.Writer;
using Basalt.Engine;
using Basalt.Tests.Support;
using Xunit.Abstractions;

namespace Basalt.Crash.Tests;

/// <summary>A process that writes is killed (SIGKILL) at random moments, again and again on one database.</summary>
public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    private const int Writers = 3;
    private const int Rounds = 15;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(Durability.Sync)]
    [InlineData(Durability.Buffered)]
    public async Task Database_WhenItsProcessIsKilledAtRandomMoments_LosesNothingAcknowledged(Durability durability)
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"Seed {seed}");
        Random random = new(seed);
        ReportedState reported = new(Writers);
        string path = _directory["database"];
        for (int round = 0; round < Rounds; round++)
        {
            WriterArguments arguments = new(path, durability, Writers, random.Next(), Batches: 1000);
            using (ChildWriter child = ChildWriter.Start(arguments, reported, enoughLines: random.Next(1, 1200)))
            {
                await Moment(child, random);
                await child.KillAsync();
            }

            // Now and then the next process has to clear up by itself.
            if (random.Next(4) > 0 || round == Rounds - 1)
            {
                using Database database = Database.Open(path, WriterProcess.Options(durability));
                RecoveredState.Verify(database, reported.Acknowledged);
                await VerifyLeasesAsync(database, reported, $"{durability}-{round}");
            }
        }

        output.WriteLine($"Acknowledged: {string.Join(", ", reported.Acknowledged)}; leases: {reported.Leases.Count}");
        Assert.True(reported.Acknowledged.Min() > 0, "No round lived long enough to write.");
        VerifyLapse(path, durability, reported);
    }

    /// <summary>A moment while the database is being opened, or some time after so many batches.</summary>
    private static async Task Moment(ChildWriter child, Random random)
    {
        if (random.Next(5) == 0)
        {
            await Task.WhenAny(child.SaidEnough, Task.Delay(random.Next(1000)));
        }
        else
        {
            await child.SaidEnough;
            await Task.Delay(TimeSpan.FromMilliseconds(random.NextDouble() * 5));
        }
    }

    private async Task VerifyLeasesAsync(Database database, ReportedState reported, string copyName)
    {
        HashSet<Guid> inForce = [.. database.Leases.Select(lease => lease.Id)];
        Assert.All(reported.Leases.Keys, lease => Assert.Contains(lease, inForce));
        if (reported.Leases.Count == 0)
        {
            return;
        }

        // The oldest has the most files that only it keeps.
        LeaseInfo oldest = database.Leases.First(lease => reported.Leases.ContainsKey(lease.Id));
        SnapshotHandle handle = await database.ReopenSnapshotAsync(oldest.Id);
        using (Database copy = Database.Open(_directory[copyName], WriterProcess.Options(Durability.Buffered)))
        {
            await SnapshotCopy.RestoreAsync(handle, copy);
            RecoveredState.Verify(copy, reported.Leases[oldest.Id]);
        }

        handle.Detach();
        Directory.Delete(_directory[copyName], recursive: true);
    }

    private static void VerifyLapse(string path, Durability durability, ReportedState reported)
    {
        DatabaseOptions later = WriterProcess.Options(durability) with { TimeProvider = new LaterClock(TimeSpan.FromHours(2)) };
        using Database database = Database.Open(path, later);
        Assert.Empty(database.Leases);
        Assert.Equal(0, database.GetStatistics().HeldBytes);
        RecoveredState.Verify(database, reported.Acknowledged);
    }
}
