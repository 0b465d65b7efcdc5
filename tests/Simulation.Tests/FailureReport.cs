namespace Basalt.Simulation.Tests;

/// <summary>What somebody needs to find a fault.</summary>
internal static class FailureReport
{
    private const int TraceLines = 120;

    /// <summary>The smallest failing run of the first, and the seeds of all.</summary>
    public static string Of(IReadOnlyList<SimulationResult> failing) =>
        string.Concat(failing.Select(result => $"seed {result.Scenario.Seed}: {result.Failure!.Message}\n"))
        + $"\nThe smallest that fails like the first:\n{Of(Shrinker.Shrink(failing[0]))}";

    public static string Of(SimulationResult result) =>
        $"{result.Failure}\n\n{result.Scenario}\nThe end of the trace:\n{result.Trace.Tail(TraceLines)}";
}
