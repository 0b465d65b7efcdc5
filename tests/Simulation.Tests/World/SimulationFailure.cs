namespace Basalt.Simulation.Tests.World;

/// <summary>A promise was broken.</summary>
internal sealed class SimulationFailure(string message, Exception? cause = null) : Exception(message, cause);
