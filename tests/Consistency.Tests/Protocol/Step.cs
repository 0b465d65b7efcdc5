namespace Basalt.Consistency.Tests.Protocol;

/// <summary>One atomic step: who did what, and the state after it.</summary>
internal readonly record struct Step<TState>(TState Next, string Actor, string Action);
