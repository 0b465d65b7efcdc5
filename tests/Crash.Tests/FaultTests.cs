using Basalt.Crash.Writer;
using Basalt.Engine;
using Basalt.Tests.Support;
using Xunit.Abstractions;

namespace Basalt.Crash.Tests;

/// <summary>
/// The system refuses a call: the database says so, takes no more writes but for want of space, and has everything it acknowledged when it is
/// opened again. .NET's own flush calls report none of these errors.
/// </summary>
public sealed class FaultTests(ITestOutputHelper output) : IDisposable
{
    private const int Writers = 2;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [StraceTheory]
    [InlineData("fdatasync", "EIO", new[] { 1, 2, 3, 6, 20, 60 })]
    [InlineData("fsync", "EIO", new[] { 1, 2, 3, 4, 5, 7, 12, 25 })]
    [InlineData("pwrite64", "ENOSPC", new[] { 1, 2, 4, 8, 30, 90 })]
    [InlineData("fallocate", "ENOSPC", new[] { 1, 2, 3, 5 })]
    [InlineData("rename", "EIO", new[] { 1, 2, 3, 5 })]
    public async Task Database_WhenTheSystemRefusesACall_RefusesWritesAndKeepsWhatItAcknowledged(string call, string error, int[] positions)
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"Seed {seed}");
        int failed = 0;
        foreach (int position in positions)
        {
            // Linux reports a lost page once and then succeeds, so a single error must count as much as one that stays.
            bool stays = position % 2 == 0;
            string path = _directory[$"{call}-{position}"];
            ReportedState reported = new(Writers);
            string injection = $"inject={call}:error={error}:when={position}{(stays ? "+" : "")}";
            WriterArguments arguments = new(path, Durability.Sync, Writers, seed, Batches: 150);
            using ChildWriter child = ChildWriter.Start(
                arguments, reported, 1, StraceTheoryAttribute.ToolPath, "-f", "--seccomp-bpf", "-o", "/dev/null", "-e", $"trace={call}", "-e", injection);

            (int code, string errors) = await child.EndAsync();

            output.WriteLine($"{injection}: code {code}, {string.Join(" ", reported.Failures)}, then {reported.AfterFailure}; acknowledged {string.Join(", ", reported.Acknowledged)}");
            Assert.True(code is 0 or 1, $"{injection}: exit code {code}. {errors}");
            VerifyReported(reported, code);
            using Database database = Database.Open(path, WriterProcess.Options(Durability.Sync));
            RecoveredState.Verify(database, reported.Acknowledged);
            Assert.All(reported.Leases.Keys, lease => Assert.Contains(database.Leases, inForce => inForce.Id == lease));
            failed += code;
        }

        // A call that comes only after the last batch may fail unseen: the log has everything.
        Assert.True(failed >= positions.Length / 2, $"Only {failed} of {positions.Length} injected errors surfaced.");
    }

    private static void VerifyReported(ReportedState reported, int code)
    {
        Assert.Equal(code == 0, reported.IsDone);
        Assert.Equal(code == 1, reported.Failures.Count > 0);
        Assert.All(reported.Failures, failure => Assert.True(failure is nameof(DatabaseError.InputOutput) or nameof(DatabaseError.WritesRefused) or nameof(DatabaseError.OutOfSpace), failure));
        if (code == 1 && reported.IsReady && !reported.Failures.Contains(nameof(DatabaseError.OutOfSpace)))
        {
            Assert.Equal(nameof(DatabaseError.WritesRefused), reported.AfterFailure);
        }
    }
}
