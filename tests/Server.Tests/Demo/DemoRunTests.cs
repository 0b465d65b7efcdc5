using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Basalt.Server.Demo;
using Basalt.Server.Demo.Steps;

namespace Basalt.Server.Tests.Demo;

public sealed partial class DemoRunTests
{
    private static readonly DemoPlan Plan = new()
    {
        Cities = CityDataSet.Load()[..3000],
        WarmUp = TimeSpan.FromMilliseconds(100),
        Baseline = TimeSpan.FromMilliseconds(200),
        BetweenBackups = TimeSpan.FromMilliseconds(200),
    };

    public static TheoryData<string> Tamperings => [.. Tamper.Keys];

    private static Dictionary<string, TamperStep> Tamper { get; } = new(StringComparer.Ordinal)
    {
        ["a property"] = new(LoggedWriteKind.Update, value => value with { City = value.City with { Admin1 = "?" } }),
        ["a vector"] = new(LoggedWriteKind.Update, value => value with { Vector = value.Vector with { Size = 0.123f } }),
        ["a version"] = new(LoggedWriteKind.Update, value => value with { Version = value.Version + 1 }),
        ["an object less"] = new(LoggedWriteKind.Delete, value => value),
        ["an object more"] = new(LoggedWriteKind.Insert, value => value with { Id = new Guid("ffffffff-ffff-4fff-8fff-ffffffffffff") }),
    };

    [Fact]
    public async Task RunAsync_WhenNothingIsTamperedWith_PassesAndLeavesNothingBehind()
    {
        using TextConsole console = new();

        bool passed = await new DemoRun(Plan, DemoScenario.Steps, console.Console).RunAsync(CancellationToken.None);

        Assert.True(passed, console.Text);
        Assert.Contains("All checks passed", console.Text, StringComparison.Ordinal);
        Assert.Equal(DemoScenario.Steps.Length, console.Lines.Count(line => line.StartsWith(" ✓", StringComparison.Ordinal)));
        Assert.False(Directory.Exists(FolderOf(console)));
    }

    [Theory]
    [MemberData(nameof(Tamperings))]
    public async Task RunAsync_WhenTheRestoredStateIsTamperedWith_Fails(string tampering)
    {
        using TextConsole console = new();
        ImmutableArray<IDemoStep> steps = Before<CheckStep>(Tamper[tampering]);

        bool passed = await new DemoRun(Plan, steps, console.Console).RunAsync(CancellationToken.None);

        Assert.False(passed, console.Text);
        Assert.Contains("is not the state at its cut", console.Text, StringComparison.Ordinal);
        Assert.Contains("--keep", console.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("All checks passed", console.Text, StringComparison.Ordinal);
        Assert.False(Directory.Exists(FolderOf(console)));
    }

    [Fact]
    public async Task RunAsync_WhenTheClassIsStillThere_FailsWithTheServersReason()
    {
        using TextConsole console = new();
        ImmutableArray<IDemoStep> steps = [.. DemoScenario.Steps.Where(step => step is not DeleteStep)];

        bool passed = await new DemoRun(Plan, steps, console.Console).RunAsync(CancellationToken.None);

        Assert.False(passed, console.Text);
        Assert.Contains("already exists", console.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_WhenAStepFailsButTheServerIsKept_StopsWritingAndFailsInTheEnd()
    {
        using TextConsole console = new();
        using CancellationTokenSource stop = new();
        DemoSession? session = null;
        ImmutableArray<IDemoStep> steps = [new ImportStep(), new StartWriterStep(), new FailingStep(running => session = running)];
        Task<bool> run = new DemoRun(Plan with { Keep = true }, steps, console.Console).RunAsync(stop.Token);
        try
        {
            await console.WaitForAsync("stay there");
            Assert.Contains("wrong on purpose", console.Text, StringComparison.Ordinal);
            Assert.True(session!.Writer.StopAsync().IsCompletedSuccessfully);
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAny(run);
            Directory.Delete(FolderOf(console), recursive: true);
        }

        Assert.False(await run);
    }

    [Fact]
    public async Task RunAsync_WhenInterrupted_StopsAndLeavesNothingBehind()
    {
        using TextConsole console = new();
        using CancellationTokenSource stop = new();
        ImmutableArray<IDemoStep> steps = Before<DeleteStep>(new InterruptStep(stop));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new DemoRun(Plan, steps, console.Console).RunAsync(stop.Token));

        Assert.Contains("stopped", console.Text, StringComparison.Ordinal);
        Assert.False(Directory.Exists(FolderOf(console)));
    }

    [Fact]
    public async Task RunAsync_WhenTheServerIsKept_StaysUntilItIsStoppedAndLeavesItsData()
    {
        using TextConsole console = new();
        using CancellationTokenSource stop = new();
        Task<bool> run = new DemoRun(Plan with { Keep = true }, [new ImportStep()], console.Console).RunAsync(stop.Token);
        await console.WaitForAsync("stay there");
        string folder = FolderOf(console);
        try
        {
            Uri address = new(AddressLine().Match(console.Text).Groups[1].Value);
            using RestClient client = new(address);
            Assert.True(await client.HasClassAsync(CityObject.ClassName, CancellationToken.None));
            Assert.Contains($"  B={address}v1", console.Text, StringComparison.Ordinal);

            await stop.CancelAsync();

            Assert.True(await run);
            Assert.True(Directory.Exists(folder));
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAny(run);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static ImmutableArray<IDemoStep> Before<TStep>(IDemoStep step)
        where TStep : IDemoStep
    {
        ImmutableArray<IDemoStep> steps = DemoScenario.Steps;
        return steps.Insert(steps.IndexOf(steps.First(candidate => candidate is TStep)), step);
    }

    private static string FolderOf(TextConsole console) => FolderLine().Match(console.Text).Groups[1].Value;

    [GeneratedRegex(@"data in (\S+)")]
    private static partial Regex FolderLine();

    [GeneratedRegex(@"Server on (\S+),")]
    private static partial Regex AddressLine();
}
