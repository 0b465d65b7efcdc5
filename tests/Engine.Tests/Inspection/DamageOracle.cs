using System.Text;

namespace Basalt.Engine.Tests.Inspection;

/// <summary>Every write that a database ever took, and what may be left of them after a repair.</summary>
internal sealed class DamageOracle
{
    private readonly Dictionary<(string Keyspace, string Key), List<(ulong Sequence, string? Value)>> _history = [];

    public IEnumerable<string> Keyspaces => _history.Keys.Select(entry => entry.Keyspace).Distinct();

    public int Keys => _history.Count;

    public void Note(string keyspace, string key, ulong sequence, string? value)
    {
        if (!_history.TryGetValue((keyspace, key), out List<(ulong, string?)>? versions))
        {
            _history[(keyspace, key)] = versions = [];
        }

        versions.Add((sequence, value));
    }

    /// <summary>The present value; null if there is none.</summary>
    public string? ValueOf(string keyspace, string key) => _history[(keyspace, key)][^1].Value;

    /// <summary>Fails unless the database holds everything.</summary>
    public void VerifyAll(Database database) => Verify(database, [], "whole");

    /// <summary>
    /// Fails if a value was never written, or if a key outside of the losses does not have the value that it should have: the last one before the
    /// point at which the log was cut.
    /// </summary>
    /// <returns>How many keys do not have their last value.</returns>
    public int Verify(Database database, IReadOnlyList<Loss> losses, string context)
    {
        Dictionary<(string, string), string> found = [];
        foreach (string name in Keyspaces)
        {
            if (database.FindKeyspace(name) is not { } keyspace)
            {
                continue;
            }

            using DatabaseIterator entries = database.Scan(keyspace);
            while (entries.MoveNext())
            {
                string key = Encoding.UTF8.GetString(entries.Key);
                string value = Encoding.UTF8.GetString(entries.Value);
                found[(name, key)] = value;
                Assert.True(
                    _history.TryGetValue((name, key), out var versions) && versions.Exists(version => version.Value == value),
                    $"{context}: {name}/{key} has a value that was never written.");
                Assert.Equal(value, Encoding.UTF8.GetString(database.Get(keyspace, entries.Key)!));
            }
        }

        int stale = 0;
        foreach (((string keyspace, string key), List<(ulong Sequence, string? Value)> versions) in _history)
        {
            string? value = found.GetValueOrDefault((keyspace, key));
            stale += value == versions[^1].Value ? 0 : 1;
            if (losses.Any(loss => loss.SmallestKey is not null && MayCover(loss, keyspace, key)) || losses.Any(IsUnbounded))
            {
                continue;
            }

            ulong cut = losses.Where(loss => loss.SmallestKey is null).Min(loss => loss.SmallestSequence) ?? ulong.MaxValue;
            string? expected = versions.FindLast(version => version.Sequence < cut).Value;
            Assert.True(value == expected, $"{context}: {keyspace}/{key} is '{value}' and not '{expected}', but is in no lost range.");
        }

        return stale;
    }

    private static bool IsUnbounded(Loss loss) =>
        loss.SmallestKey is null && (loss.SmallestSequence is null || loss.Reason.Contains("manifest", StringComparison.Ordinal));

    private static bool MayCover(Loss loss, string keyspace, string key)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(key);
        return (loss.Keyspace ?? keyspace) == keyspace
            && loss.SmallestKey!.Value.Span.SequenceCompareTo(bytes) <= 0
            && loss.LargestKey!.Value.Span.SequenceCompareTo(bytes) >= 0;
    }
}
