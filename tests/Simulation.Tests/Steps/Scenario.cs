using System.Collections.Immutable;

namespace Basalt.Simulation.Tests.Steps;

/// <summary>All that decides a run.</summary>
internal sealed record Scenario(int Seed, ImmutableArray<Step> Steps)
{
    public override string ToString() => $"seed {Seed}, {Steps.Length} steps\n" + string.Concat(Steps.Select((step, index) => $"  {index}: {step}\n"));
}
