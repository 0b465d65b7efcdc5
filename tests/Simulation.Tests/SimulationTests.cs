using Basalt.Simulation.Tests.Steps;
using Basalt.Simulation.Tests.World;

namespace Basalt.Simulation.Tests;

/// <summary>Runs of the engine, the backup layer and the collector in a world that fails, chosen by seeds.</summary>
public sealed class SimulationTests
{
    public static TheoryData<int> Seeds => [.. SimulationArguments.Seeds];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Simulation_WhenTheWorldFails_KeepsEveryPromise(int seed)
    {
        SimulationResult result = Simulation.Run(ScenarioGenerator.Create(seed));

        Assert.True(result.Failure is null, FailureReport.Of(result));
    }
}
