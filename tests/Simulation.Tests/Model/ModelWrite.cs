namespace Basalt.Simulation.Tests.Model;

/// <summary>One write of a batch; without a value it deletes.</summary>
internal sealed record ModelWrite(string Keyspace, string Key, ModelValue? Value);
