using System.Collections.Immutable;
using Basalt.Simulation.Tests.World;

namespace Basalt.Simulation.Tests.Steps;

/// <summary>One thing to do. All that is random in it comes from its own seed, so that it stays what it is when others are left out.</summary>
internal sealed record Step(StepKind Kind, int Seed)
{
    /// <summary>What goes wrong meanwhile.</summary>
    public ImmutableArray<Fault> Faults { get; init; } = [];

    /// <summary>What goes wrong in each of the recoveries after that.</summary>
    public ImmutableArray<Fault> RecoveryFaults { get; init; } = [];

    /// <summary>What is done in the middle of it, from which of its calls on.</summary>
    public ImmutableArray<(int AtCall, Step Step)> Interludes { get; init; } = [];

    public override string ToString() => Kind
        + $"({Seed})"
        + string.Concat(Faults.Select(fault => $" {fault.Kind}@{fault.AtCall}{(fault.IsInChange ? "!" : "")}{(fault.AfterEffect ? "+" : "")}"))
        + string.Concat(RecoveryFaults.Select(fault => $" recovery:{fault.Kind}@{fault.AtCall}{(fault.IsInChange ? "!" : "")}{(fault.AfterEffect ? "+" : "")}"))
        + string.Concat(Interludes.Select(interlude => $" [{interlude.AtCall}: {interlude.Step}]"));
}
