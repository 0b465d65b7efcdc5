namespace Basalt.Simulation.Tests.World;

/// <summary>What would wait for a background step that is under way below it on the stack. Nothing has happened yet.</summary>
internal sealed class WouldBlockException() : Exception("The step under way would have to end first.");
