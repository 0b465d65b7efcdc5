using System.Collections.Immutable;

namespace Basalt.Server.Demo;

/// <summary>Whether a restored state is the state after some number of writes.</summary>
/// <param name="Cut">How many writes are inside; -1 if the state is that of no cut.</param>
/// <param name="Compared">Objects compared, property by property.</param>
/// <param name="Differences">What is wrong, the first few in words; empty if all is well.</param>
internal sealed record CutVerdict(int Cut, int Compared, ImmutableArray<string> Differences)
{
    public bool IsConsistent => Differences.IsEmpty;
}
