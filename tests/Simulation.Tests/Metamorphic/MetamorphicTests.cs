using Basalt.Engine;

namespace Basalt.Simulation.Tests.Metamorphic;

/// <summary>Options change how a database works and never what it answers.</summary>
public sealed class MetamorphicTests
{
    private const int QuickRounds = 3;
    private const int Questions = 400;
    private const int Variants = 3;

    [Fact]
    public void Database_WhenItsOptionsAreOthers_GivesTheSameAnswers()
    {
        int rounds = Math.Min(SimulationArguments.Rounds, SimulationArguments.IsLong ? int.MaxValue : QuickRounds);
        for (int round = 0; round < rounds && !SimulationArguments.IsOver; round++)
        {
            int seed = SimulationArguments.FirstSeed + round;
            Random random = new(seed);
            DatabaseOptions usual = new() { MemtableBytes = 1 << 20 };
            IReadOnlyList<string> expected = Interview.Hold(seed, Questions, usual);
            for (int variant = 0; variant < Variants; variant++)
            {
                DatabaseOptions options = RandomOptions.OfDatabase(random) with { Durability = (Durability)random.Next(3) };
                IReadOnlyList<string> answers = Interview.Hold(seed, Questions, options);
                int different = expected.Zip(answers).TakeWhile(pair => pair.First == pair.Second).Count();
                Assert.True(
                    different == expected.Count && different == answers.Count,
                    $"Seed {seed}, answer {different}: '{expected.ElementAtOrDefault(different)}', but '{answers.ElementAtOrDefault(different)}' with {options}");
            }
        }
    }
}
