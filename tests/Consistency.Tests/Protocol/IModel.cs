namespace Basalt.Consistency.Tests.Protocol;

/// <summary>A finite system of actors: where it starts, which single steps lead on from a state, and which states are wrong.</summary>
internal interface IModel<TState>
    where TState : unmanaged, IEquatable<TState>
{
    TState Initial { get; }

    /// <summary>Adds every step that some actor can take next. An actor that takes none has crashed or waits: both are always possible.</summary>
    void Expand(in TState state, StepList<TState> steps);

    /// <summary>What is wrong with the state; null if nothing is.</summary>
    string? Violation(in TState state);

    /// <summary>The state in one line, for counterexamples.</summary>
    string Describe(in TState state);
}
