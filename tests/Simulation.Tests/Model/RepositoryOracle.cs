using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Basalt.Backup;
using Basalt.Simulation.Tests.World;

namespace Basalt.Simulation.Tests.Model;

/// <summary>Reads in the store itself which backups are complete, and in the history of the database what they have to hold.</summary>
internal sealed class RepositoryOracle(SimulatedStore store, Oracle oracle)
{
    private readonly List<StoredBackup> _committed = [];

    /// <summary>Kept here, because a collector removes tombstones in the end.</summary>
    private readonly HashSet<string> _tombstones = new(StringComparer.Ordinal);

    public int Count => _committed.Count;

    /// <summary>Complete backups that nobody deleted.</summary>
    public IReadOnlyList<StoredBackup> Restorable =>
        [.. _committed.Where(backup => !_tombstones.Contains($"{backup.Id}/tombstone-{Number(backup.Attempt)}.json"))];

    /// <summary>Ids that have an attempt without an end.</summary>
    public IReadOnlyList<string> Open =>
    [
        .. store.Objects.Keys
            .Where(key => key.Contains("/claim-", StringComparison.Ordinal))
            .Where(key => !store.Objects.ContainsKey(key.Replace("/claim-", "/outcome-", StringComparison.Ordinal)))
            .Select(key => key.Split('/')[0]),
    ];

    /// <summary>Told of each object that came to be: at the outcome the history still has what was cut.</summary>
    public void Note(string key, byte[] bytes)
    {
        string[] parts = key.Split('/');
        if (parts.Length == 2 && parts[1].StartsWith("tombstone-", StringComparison.Ordinal))
        {
            _tombstones.Add(key);
            return;
        }

        if (parts.Length != 2 || !parts[1].StartsWith("outcome-", StringComparison.Ordinal))
        {
            return;
        }

        using JsonDocument outcome = JsonDocument.Parse(bytes);
        if (outcome.RootElement.GetProperty("state").GetString() != "COMMITTED")
        {
            return;
        }

        int attempt = int.Parse(parts[1]["outcome-".Length..^".json".Length], CultureInfo.InvariantCulture);
        string nodeKey = outcome.RootElement.GetProperty("nodes")[0].GetProperty("key").GetString()!;
        using JsonDocument node = JsonDocument.Parse(store.Objects[nodeKey]);
        ulong cut = node.RootElement.GetProperty("cut").GetProperty("seq").GetUInt64();
        HashSet<string> collections = [.. outcome.RootElement.GetProperty("collections").EnumerateArray().Select(name => name.GetString()!)];
        ImmutableArray<ModelState> states =
            [.. oracle.At(cut).Select(state => state.Only(name => collections.Contains(KeyspaceAddress.Parse(name).Collection)))];
        _committed.Add(new StoredBackup(parts[0], attempt, states));
    }

    private static string Number(int attempt) => attempt.ToString("D4", CultureInfo.InvariantCulture);
}
