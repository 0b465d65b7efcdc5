using System.Collections.Concurrent;
using System.Collections.Immutable;
using Basalt.Server.Cluster;
using Basalt.Server.Cluster.Schema;
using Basalt.Server.Schema;

namespace Basalt.Server.Tests.Cluster.Schema;

/// <summary>A replica that only remembers what it was told.</summary>
internal sealed class RecordingReplica : ISchemaReplica
{
    /// <summary>What the schema is by all that was told.</summary>
    public ImmutableSortedDictionary<string, string> Entries { get; private set; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>The versions in the order in which they came.</summary>
    public List<long> Versions { get; } = [];

    /// <summary>How often all of it was replaced.</summary>
    public int Replacements { get; private set; }

    /// <summary>Fails that many changes before it takes one.</summary>
    public int Failures { get; set; }

    /// <summary>Whether it refuses to have all of it replaced, as a catalog does that knows a later version.</summary>
    public bool RefusesReplacements { get; set; }

    /// <summary>Why changes waited to be applied.</summary>
    public ConcurrentQueue<Exception> Problems { get; } = new();

    /// <summary>The name of the last change.</summary>
    public string? LastChange { get; private set; }

    /// <summary>Whether the store knew it when all was replaced last.</summary>
    public bool HadLastChange { get; private set; }

    public void Enter(string membership)
    {
    }

    public Task ApplyAsync(SchemaChange change, SchemaVersion version)
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

        Versions.Add(version.Revision);
        LastChange = version.Name;
        return Task.CompletedTask;
    }

    public Task ReplaceAsync(IReadOnlyCollection<SchemaEntry> entries, SchemaVersion version, bool hasLastChange, CancellationToken cancellationToken)
    {
        if (RefusesReplacements)
        {
            throw new ClusterException("older than what is known");
        }

        Entries = entries.ToImmutableSortedDictionary(entry => $"{entry.ClassName}/{entry.Key}", entry => Text(entry.Value!.Value), StringComparer.Ordinal);
        Versions.Add(version.Revision);
        LastChange = version.Name;
        HadLastChange = hasLastChange;
        Replacements++;
        return Task.CompletedTask;
    }

    public void Lags(Exception reason) => Problems.Enqueue(reason);

    private static string Text(ReadOnlyMemory<byte> value) => System.Text.Encoding.ASCII.GetString(value.Span);
}
