using Basalt.Engine;
using Basalt.Simulation.Tests.World;

namespace Basalt.Simulation.Tests.Model;

/// <summary>Reads a database and compares it with what it should hold.</summary>
internal static class Comparison
{
    /// <exception cref="SimulationFailure">They differ.</exception>
    public static void Require(Database database, ModelState expected, string occasion, ReadSnapshot? snapshot = null)
    {
        if (Difference(database, expected, snapshot) is { } difference)
        {
            throw new SimulationFailure($"{occasion}: {difference}");
        }
    }

    /// <summary>The first difference, or null.</summary>
    public static string? Difference(Database database, ModelState expected, ReadSnapshot? snapshot = null)
    {
        string[] names = [.. database.Keyspaces.Select(keyspace => keyspace.Name)];
        if (!names.SequenceEqual(expected.Keyspaces.Keys))
        {
            return $"the keyspaces are [{string.Join(", ", names)}] instead of [{string.Join(", ", expected.Keyspaces.Keys)}]";
        }

        foreach ((string name, KeyspaceContents contents) in expected.Keyspaces)
        {
            Keyspace keyspace = database.FindKeyspace(name)!;
            string? difference = Difference(database, keyspace, contents.Entries, default, contents.Entries, snapshot)
                ?? Difference(database, keyspace, contents.Entries, new ScanRange { Reverse = true }, contents.Entries.Reverse(), snapshot)
                ?? DifferenceOfGets(database, keyspace, contents.Entries, snapshot);
            if (difference is not null)
            {
                return $"keyspace '{name}': {difference}";
            }
        }

        return null;
    }

    public static string? Difference(
        Database database,
        Keyspace keyspace,
        IReadOnlyDictionary<string, ModelValue> entries,
        ScanRange range,
        IEnumerable<KeyValuePair<string, ModelValue>> expected,
        ReadSnapshot? snapshot)
    {
        using DatabaseIterator found = database.Scan(keyspace, range, snapshot);
        foreach ((string key, ModelValue value) in expected)
        {
            if (!found.MoveNext())
            {
                return $"the scan ends before '{key}' ({entries.Count} entries expected)";
            }

            if (ModelState.Text(found.Key) != key)
            {
                return $"the scan shows '{ModelState.Text(found.Key)}' where '{key}' was expected";
            }

            if (!found.Value.SequenceEqual(value.ToBytes()))
            {
                return $"'{key}' has another value than {value}";
            }
        }

        return found.MoveNext() ? $"the scan shows '{ModelState.Text(found.Key)}', which should not be there" : null;
    }

    private static string? DifferenceOfGets(
        Database database, Keyspace keyspace, IReadOnlyDictionary<string, ModelValue> entries, ReadSnapshot? snapshot)
    {
        foreach ((string key, ModelValue value) in entries)
        {
            if (database.Get(keyspace, ModelState.Bytes(key), snapshot) is not { } found || !found.AsSpan().SequenceEqual(value.ToBytes()))
            {
                return $"a get of '{key}' does not find {value}";
            }
        }

        return database.Contains(keyspace, "no such key"u8, snapshot) ? "a get finds a key that was never put" : null;
    }
}
