using Basalt.Server.Demo;
using Basalt.Server.Demo.Display;
using Basalt.Tests.Support;

namespace Basalt.Server.Tests.Demo;

public sealed class StepDisplayTests
{
    [Fact]
    public async Task RunAsync_WhenTheOutputIsNoTerminal_WritesOnePlainLineAStep()
    {
        using TextConsole console = new();
        StepDisplay display = new(console.Console);

        await display.RunAsync("Count [sheep]", progress =>
        {
            progress.Report(0.5, "half [way]");
            return Task.FromResult("100 sheep [white], in a long line that a terminal of 80 columns would have to break somewhere");
        });

        string line = Assert.Single(console.Lines);
        Assert.Contains("Count [sheep]", line, StringComparison.Ordinal);
        Assert.Contains("100 sheep [white], in a long line", line, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', line);
    }

    [Fact]
    public async Task RunAsync_WhenTheStepFails_SaysSoAndThrows()
    {
        using TextConsole console = new();
        StepDisplay display = new(console.Console);

        await Assert.ThrowsAsync<DemoFailureException>(() => display.RunAsync("Count", _ => throw new DemoFailureException("lost one")));

        Assert.Contains("failed", Assert.Single(console.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_WhenTheOutputIsATerminal_ShowsABarAndThenTheOutcome()
    {
        using TextConsole console = new(isTerminal: true);
        StepDisplay display = new(console.Console);

        await display.RunAsync("Count [sheep]", async progress =>
        {
            progress.Report(0.5, "half [way]");
            await console.WaitForAsync("half [way]");
            return "100 sheep";
        });

        Assert.Contains(" 50%", console.Text, StringComparison.Ordinal);
        Assert.Contains("━", console.Text, StringComparison.Ordinal);
        Assert.Contains("100 sheep", console.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void PlainProgress_WhenReportedOften_WritesALineEveryFiveSeconds()
    {
        using TextConsole console = new();
        TurnedClock clock = new();
        PlainProgress progress = new(console.Console, "Import", clock);

        for (int second = 0; second < 12; second++)
        {
            progress.Report(second / 12d, $"{second} objects");
            clock.Turn(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(["    Import: 42 %, 5 objects", "    Import: 83 %, 10 objects"], console.Lines);
    }
}
