using System.Collections.Immutable;

namespace Basalt.Backup.Documents;

/// <summary>Collections as a request named them.</summary>
internal sealed record SelectionEntry(ImmutableArray<string> Include, ImmutableArray<string> Exclude);
