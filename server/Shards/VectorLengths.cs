namespace Basalt.Server.Shards;

/// <summary>
/// The lengths of vectors by name that the shards of a class agree on, as far as they are on this node. Each shard stores those of its own
/// objects; this is what keeps two of them from taking the first vector of a name with different lengths. Thread-safe.
/// </summary>
internal sealed class VectorLengths
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (int Length, int Holders)> _known = new(StringComparer.Ordinal);

    /// <summary>Whether the length of a vector is known; if so, which it is.</summary>
    public bool TryGet(string name, out int length)
    {
        lock (_lock)
        {
            bool isKnown = _known.TryGetValue(name, out (int Length, int Holders) known);
            length = known.Length;
            return isKnown;
        }
    }

    /// <summary>What is wrong with an object whose vector has another length than those of others.</summary>
    public static string Contradiction(string className, Guid id, string name, int length, int expected) =>
        $"class '{className}': {(name.Length == 0 ? "the vector" : $"vector '{name}'")} of object {id} has length {length}; existing objects have vectors with length {expected}";

    /// <summary>Fixes lengths on behalf of a shard: all of them, or none if one is known to be another.</summary>
    /// <returns>The one that contradicts, with the length that is known; null if all were fixed.</returns>
    public (string Name, int Length, int Known)? TryHold(IReadOnlyList<(string Name, int Length)> lengths)
    {
        lock (_lock)
        {
            foreach ((string name, int length) in lengths)
            {
                if (_known.TryGetValue(name, out (int Length, int Holders) known) && known.Length != length)
                {
                    return (name, length, known.Length);
                }
            }

            foreach ((string name, int length) in lengths)
            {
                _known[name] = (length, _known.GetValueOrDefault(name).Holders + 1);
            }

            return null;
        }
    }

    /// <summary>Takes back what a shard fixed, because its objects were not written after all.</summary>
    public void Release(string name)
    {
        lock (_lock)
        {
            (int length, int holders) = _known[name];
            if (holders == 1)
            {
                _known.Remove(name);
            }
            else
            {
                _known[name] = (length, holders - 1);
            }
        }
    }
}
