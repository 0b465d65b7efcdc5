using Basalt.Simulation.Tests.Steps;
using Basalt.Simulation.Tests.World;
using Xunit.Abstractions;

namespace Basalt.Simulation.Tests;

/// <summary>Runs of the engine, the backup layer and the collector in a world that fails, chosen by seeds.</summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    [Fact]
    public void Simulation_WhenTheWorldFails_KeepsEveryPromise()
    {
        RunStatistics total = new();
        Lock gate = new();
        SimulationResult? failing = null;
        Parallel.For(
            0,
            SimulationArguments.Rounds,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            (round, loop) =>
            {
                if (SimulationArguments.IsOver)
                {
                    loop.Stop();
                    return;
                }

                SimulationResult result = Simulation.Run(ScenarioGenerator.Create(SimulationArguments.FirstSeed + round));
                lock (gate)
                {
                    total.Add(result.Statistics);
                    if (result.Failure is not null)
                    {
                        failing ??= result;
                        loop.Stop();
                    }
                }
            });

        output.WriteLine(total.ToString());
        Assert.True(failing is null, failing is null ? "" : FailureReport.Of(Shrinker.Shrink(failing)));
    }
}
