using Basalt.Server.Demo;
using Basalt.Server.Demo.Cluster;

namespace Basalt.Server.Tests.Demo;

public sealed class ClusterDemoRunTests
{
    [Fact]
    public async Task RunAsync_OnThreeNodes_PassesAlthoughOneIsKilledInTheBackup()
    {
        using TextConsole console = new();
        DemoPlan plan = new()
        {
            Cities = CityDataSet.Load()[..20_000],
            WarmUp = TimeSpan.FromMilliseconds(100),
            Baseline = TimeSpan.FromMilliseconds(200),
        };

        bool passed = await new ClusterDemoRun(plan, nodes: 3, console.Console).RunAsync(CancellationToken.None);

        Assert.True(passed, console.Text);
        Assert.Contains("resumed when it was back", console.Text, StringComparison.Ordinal);
        Assert.Contains("All checks passed", console.Text, StringComparison.Ordinal);
        Assert.Equal(3, console.Lines.Count(line => line.Contains("Compare every object", StringComparison.Ordinal) && line.StartsWith(" ✓", StringComparison.Ordinal)));
    }
}
