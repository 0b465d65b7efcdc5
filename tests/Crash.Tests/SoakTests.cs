using Basalt.Bench.Soak;
using Basalt.Tests.Support;
using Xunit.Abstractions;

namespace Basalt.Crash.Tests;

/// <summary>Short forms of <c>bench -- soak</c> and <c>bench -- many</c>: that they run, and that nothing grows or is missing.</summary>
public sealed class SoakTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Server_WhenTheLoadIsSteady_HoldsNoMoreMemoryAndFilesAtTheEnd()
    {
        SoakRun run = new(_directory["soak"], TimeSpan.FromSeconds(20), seed: 3, rate: 100, output.WriteLine) { IsLatencyJudged = false };

        Assert.Empty(await run.RunAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Server_WhenThereAreManyClassesAndTenants_BacksUpAndRestoresAllOfThem()
    {
        ManyRun run = new(_directory["many"], classes: 200, tenants: 200, output.WriteLine);

        Assert.Empty(await run.RunAsync(CancellationToken.None));
    }
}
