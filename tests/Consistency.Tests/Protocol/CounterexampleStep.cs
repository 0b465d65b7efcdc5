namespace Basalt.Consistency.Tests.Protocol;

/// <summary>A step as it is printed.</summary>
internal sealed record CounterexampleStep(string Actor, string Action, string StateAfter);
