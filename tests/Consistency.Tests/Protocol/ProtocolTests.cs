using System.Numerics;
using Xunit.Abstractions;

namespace Basalt.Consistency.Tests.Protocol;

/// <summary>
/// All interleavings of backups, collectors, deletions and a restore, one store operation at a time. Every search runs every time, up to
/// the bound that stands beside it; with BASALT_MODEL_FULL=1 the bound is the patience of a machine with time. README.md says what is
/// modelled.
/// </summary>
public sealed class ProtocolTests(ITestOutputHelper output)
{
    private const int FullBound = 60_000_000;

    // A counterexample that takes more states than this is news.
    private const int CounterexampleBound = 6_000_000;
    private const int ComparisonBound = 300_000;

    private static readonly bool IsFull = Environment.GetEnvironmentVariable("BASALT_MODEL_FULL") == "1";

    public static TheoryData<string> RuleNames => [.. Enum.GetValues<Rule>().Where(rule => BitOperations.IsPow2((int)rule)).Select(rule => $"{rule}")];

    public static TheoryData<string> ConfigurationNames => [.. Experiments.WholeProtocol.Keys];

    [Theory]
    [MemberData(nameof(ConfigurationNames))]
    public void WholeProtocol_UnderAllInterleavings_LosesNothing(string name)
    {
        (Configuration configuration, int states) = Experiments.WholeProtocol[name];

        Exploration found = Exploration.Of(new RepositoryModel(configuration), IsFull ? FullBound : states);

        output.WriteLine($"{name}: {found.States:N0} states{(found.IsComplete ? "" : ", stopped")}");
        Assert.True(found.Counterexample is null, $"{found.Counterexample}");
        Assert.True(found.States >= states, $"Only {found.States} of at least {states} states were found: some actor no longer acts.");
    }

    [Theory]
    [MemberData(nameof(RuleNames))]
    public void Protocol_WithoutOneRule_LosesData(string rule)
    {
        Rule removed = Enum.Parse<Rule>(rule);
        (Configuration configuration, string lastAction) = Experiments.Without(removed);
        Configuration complete = configuration with { Removed = configuration.Removed & ~removed };

        Exploration found = Exploration.Of(new RepositoryModel(configuration), CounterexampleBound);
        Exploration whole = Exploration.Of(new RepositoryModel(complete), Math.Min(found.States, ComparisonBound));

        output.WriteLine($"{rule}: {found.States:N0} states\n{found.Counterexample}");
        Assert.NotNull(found.Counterexample);
        Assert.Equal(lastAction, found.Counterexample.Steps[^1].Action);
        Assert.Null(whole.Counterexample);
    }
}
