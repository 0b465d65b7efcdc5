using System.Collections.Immutable;

namespace Basalt.Simulation.Tests.Model;

/// <summary>What a keyspace should hold.</summary>
/// <param name="Incarnation">Tells a keyspace from an earlier one of the same name.</param>
/// <param name="Entries">By key; a key's bytes are its characters.</param>
internal sealed record KeyspaceContents(int Incarnation, ImmutableSortedDictionary<string, ModelValue> Entries)
{
    public static readonly ImmutableSortedDictionary<string, ModelValue> None =
        ImmutableSortedDictionary.Create<string, ModelValue>(StringComparer.Ordinal);
}
