using Basalt.Crash.Writer;
using Basalt.Engine;
using Basalt.Tests.Support;
using Xunit.Abstractions;

namespace Basalt.Crash.Tests;

/// <summary>
/// A process is killed right at the system calls between which files change their meaning: random moments rarely meet the gap between a rename
/// and the sync of its directory.
/// </summary>
public sealed class KillPointTests(ITestOutputHelper output) : IDisposable
{
    private const int Writers = 2;

    /// <summary>128 and the number of SIGKILL, as shells count.</summary>
    private const int KilledBySignal = 137;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [StraceTheory]
    [InlineData("rename", new[] { 1, 2, 3, 4, 6 })]
    [InlineData("fsync", new[] { 1, 2, 3, 4, 5, 6, 9, 14 })]
    [InlineData("fdatasync", new[] { 1, 2, 40 })]
    [InlineData("unlink", new[] { 1, 2, 3, 5, 8 })]
    public async Task Database_WhenItsProcessIsKilledAtACall_OpensWithAllThatWasAcknowledged(string call, int[] positions)
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"Seed {seed}");
        string path = _directory["database"];
        ReportedState reported = new(Writers);
        int killed = 0;
        foreach (int position in positions)
        {
            WriterArguments arguments = new(path, Durability.Sync, Writers, seed + position, Batches: 150);
            using (ChildWriter child = ChildWriter.Start(
                arguments, reported, 1, StraceTheoryAttribute.ToolPath, "-f", "-o", "/dev/null", "-e", $"trace={call}", "-e", $"inject={call}:signal=SIGKILL:when={position}"))
            {
                (int code, string errors) = await child.EndAsync();
                output.WriteLine($"{call} {position}: code {code}; acknowledged {string.Join(", ", reported.Acknowledged)}");
                Assert.True(code is 0 or KilledBySignal, $"Exit code {code}. {errors}");
                killed += code == KilledBySignal ? 1 : 0;
            }

            // Every other time a process that is killed itself has to clear up after the one before.
            if (position % 2 == 1)
            {
                using Database database = Database.Open(path, WriterProcess.Options(Durability.Sync));
                RecoveredState.Verify(database, reported.Acknowledged);
                Assert.All(reported.Leases.Keys, lease => Assert.Contains(database.Leases, inForce => inForce.Id == lease));
            }
        }

        using Database last = Database.Open(path, WriterProcess.Options(Durability.Sync));
        RecoveredState.Verify(last, reported.Acknowledged);
        Assert.True(killed >= positions.Length / 2, $"Only {killed} of {positions.Length} processes got as far as the call.");
    }
}
