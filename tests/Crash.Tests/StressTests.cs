using Basalt.Bench.Stress;
using Basalt.Tests.Support;
using Xunit.Abstractions;

namespace Basalt.Crash.Tests;

/// <summary>
/// A short form of <c>bench -- stress</c>: a real server under load, with backups, restores and collections at the same time, is killed at random
/// moments, and everything is checked after each.
/// </summary>
public sealed class StressTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Server_WhenItIsKilledUnderLoad_LosesAndInventsNothing()
    {
        StressOptions options = new(_directory["stress"], TimeSpan.FromSeconds(20), Seed: 5)
        {
            Workers = 3,
            Round = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)),
            Say = output.WriteLine,
        };
        StressRun run = new(options);

        IReadOnlyCollection<string> failures = await run.RunAsync(CancellationToken.None);

        Assert.Empty(failures);
        Assert.True(run.Counts["kills"] > 0);
        Assert.True(run.Counts["restores compared"] > 0);
    }
}
