using System.IO.Hashing;
using System.Text;
using Basalt.Simulation.Tests.Steps;
using Xunit.Abstractions;

namespace Basalt.Simulation.Tests;

/// <summary>A seed is worth something only if it always means the same run.</summary>
public sealed class DeterminismTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(3)]
    [InlineData(14)]
    [InlineData(15)]
    [InlineData(92)]
    [InlineData(65)]
    public void Simulation_WhenASeedIsRunAgain_MakesTheSameCalls(int seed)
    {
        Scenario scenario = ScenarioGenerator.Create(seed);

        IReadOnlyList<string> first = Simulation.Run(scenario).Trace.Normalized();
        IReadOnlyList<string> second = Simulation.Run(scenario).Trace.Normalized();

        // Another process must get the same fingerprint; it changes with every change of the calls.
        output.WriteLine($"{first.Count} lines, fingerprint {XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(string.Join('\n', first))):x16}");
        int different = first.Zip(second).TakeWhile(pair => pair.First == pair.Second).Count();
        Assert.True(
            different == first.Count && different == second.Count,
            $"Line {different} of {first.Count} and {second.Count}:\n{Around(first, different)}\n---\n{Around(second, different)}");
    }

    [Fact]
    public void Simulation_WhenTheSeedIsAnother_MakesOtherCalls() =>
        Assert.NotEqual(
            Simulation.Run(ScenarioGenerator.Create(1)).Trace.Normalized(), Simulation.Run(ScenarioGenerator.Create(2)).Trace.Normalized());

    private static string Around(IReadOnlyList<string> lines, int index) => string.Join('\n', lines.Skip(index - 10).Take(15));
}
