using System.Collections.Concurrent;
using Basalt.Simulation.Tests.Steps;
using Basalt.Simulation.Tests.World;
using Xunit.Abstractions;

namespace Basalt.Simulation.Tests;

/// <summary>Runs of the engine, the backup layer and the collector in a world that fails, chosen by seeds.</summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int MostFailures = 5;

    [Fact]
    public void Simulation_WhenTheWorldFails_KeepsEveryPromise()
    {
        RunStatistics total = new();
        Lock gate = new();
        List<SimulationResult> failing = [];
        Parallel.ForEach(
            Partitioner.Create(Enumerable.Range(0, SimulationArguments.Rounds), EnumerablePartitionerOptions.NoBuffering),
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
                        failing.Add(result);
                        if (failing.Count == MostFailures)
                        {
                            loop.Stop();
                        }
                    }
                }
            });

        output.WriteLine(total.ToString());
        Assert.True(failing.Count == 0, failing.Count == 0 ? "" : FailureReport.Of(failing));
    }
}
