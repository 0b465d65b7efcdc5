using System.Collections.Immutable;

namespace Basalt.Server.Schema;

/// <summary>Entries of classes that change together: all of them or none.</summary>
/// <param name="Entries">The entries, none of them twice.</param>
internal sealed record SchemaChange(ImmutableArray<SchemaEntry> Entries)
{
    /// <summary>A change of nothing.</summary>
    public static SchemaChange None { get; } = new([]);

    /// <summary>Whether nothing changes.</summary>
    public bool IsEmpty => Entries.IsEmpty;

    /// <summary>A change of one entry.</summary>
    public static SchemaChange Of(string className, string key, ReadOnlyMemory<byte>? value) => new([new SchemaEntry(className, key, value)]);
}
