using System.Collections.Immutable;
using Basalt.Simulation.Tests.World;

namespace Basalt.Simulation.Tests.Steps;

/// <summary>All that decides a run.</summary>
internal sealed record Scenario(int Seed, ImmutableArray<Step> Steps)
{
    /// <summary>A crash at a place, whenever the run comes there, recoveries included.</summary>
    public Fault? Directed { get; init; }

    public override string ToString() => $"seed {Seed}, {Steps.Length} steps{(Directed is { } crash ? $", {crash.Kind} in '{crash.Place}' #{crash.AtCall}{(crash.AfterEffect ? "+" : "")}" : "")}\n" + string.Concat(Steps.Select((step, index) => $"  {index}: {step}\n"));
}
