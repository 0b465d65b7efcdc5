using Basalt.Simulation.Tests.World;

namespace Basalt.Simulation.Tests;

/// <summary>What somebody needs to find a fault.</summary>
internal static class FailureReport
{
    private const int TraceLines = 120;

    public static string Of(SimulationResult result) =>
        $"{result.Failure}\n\n{result.Scenario}\nThe end of the trace:\n{result.Trace.Tail(TraceLines)}";
}
