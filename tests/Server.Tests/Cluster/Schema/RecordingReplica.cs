using System.Collections.Immutable;
using Basalt.Server.Cluster.Schema;
using Basalt.Server.Schema;

namespace Basalt.Server.Tests.Cluster.Schema;

/// <summary>A replica that only remembers what it was told.</summary>
internal sealed class RecordingReplica : ISchemaReplica
{
    /// <summary>What the schema is by all that was told.</summary>
    public ImmutableSortedDictionary<string, string> Entries { get; private set; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The versions in the order in which they came.</summary>
    public List<long> Versions { get; } = [];

    /// <summary>How often all of it was replaced.</summary>
    public int Replacements { get; private set; }

    /// <summary>Fails that many changes before it takes one.</summary>
    public int Failures { get; set; }

    public void Enter(string membership)
    {
    }

    public Task ApplyAsync(SchemaChange change, long version)
    {
        if (Failures > 0)
        {
            Failures--;
            throw new IOException("no space");
        }

        foreach (SchemaEntry entry in change.Entries)
        {
            string name = $"{entry.ClassName}/{entry.Key}";
            Entries = entry.Value is { } value ? Entries.SetItem(name, Text(value)) : Entries.Remove(name);
        }

        Versions.Add(version);
        return Task.CompletedTask;
    }

    public Task ReplaceAsync(IReadOnlyCollection<SchemaEntry> entries, long version, CancellationToken cancellationToken)
    {
        Entries = entries.ToImmutableSortedDictionary(entry => $"{entry.ClassName}/{entry.Key}", entry => Text(entry.Value!.Value));
        Versions.Add(version);
        Replacements++;
        return Task.CompletedTask;
    }

    public void Lags(Exception reason)
    {
    }

    private static string Text(ReadOnlyMemory<byte> value) => System.Text.Encoding.ASCII.GetString(value.Span);
}
