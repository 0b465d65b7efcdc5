using Basalt.Simulation.Tests.Steps;
using Basalt.Simulation.Tests.World;

namespace Basalt.Simulation.Tests;

/// <summary>What became of a run.</summary>
/// <param name="Scenario">What was done.</param>
/// <param name="Trace">Every call.</param>
/// <param name="Statistics">Counts.</param>
/// <param name="Failure">The promise that was broken; null if all were kept.</param>
internal sealed record SimulationResult(Scenario Scenario, Trace Trace, RunStatistics Statistics, Exception? Failure);
