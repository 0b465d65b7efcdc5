using System.Collections.Immutable;

namespace Basalt.Simulation.Tests.Model;

/// <summary>A backup that was committed, as the oracle knows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Attempt">Its attempt.</param>
/// <param name="States">What it may hold; more than one only where a change took no sequence number.</param>
internal sealed record StoredBackup(string Id, int Attempt, ImmutableArray<ModelState> States);
