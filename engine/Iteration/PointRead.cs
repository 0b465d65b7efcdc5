using Basalt.Engine.Manifest;
using Basalt.Engine.Memtables;
using Basalt.Engine.Segments;

namespace Basalt.Engine.Iteration;

/// <summary>Finds the newest version of one key: memtables first, then level 0 from new to old, then one segment a level.</summary>
internal static class PointRead
{
    /// <summary>Looks a key up as of a sequence number. Requires: the state is referenced until the value was used.</summary>
    public static bool TryGet(
        ReadState state, Keyspace keyspace, ReadOnlySpan<byte> key, ulong sequence, BlockCache cache, ref PinnedValue value)
    {
        foreach (Memtable memtable in state.Memtables)
        {
            LookupResult result = memtable.TryGet(keyspace.Id, key, sequence, ref value);
            if (result != LookupResult.NotFound)
            {
                return result == LookupResult.Found;
            }
        }

        return state.Version.Keyspaces.TryGetValue(keyspace.Id, out KeyspaceVersion? segments)
            && TryGet(segments, key, sequence, cache, ref value) == LookupResult.Found;
    }

    private static LookupResult TryGet(
        KeyspaceVersion version, ReadOnlySpan<byte> key, ulong sequence, BlockCache cache, ref PinnedValue value)
    {
        foreach (Segment segment in version.Levels[0].Segments)
        {
            if (segment.MayContain(key))
            {
                LookupResult result = segment.Open(cache).TryGet(key, sequence, ref value);
                if (result != LookupResult.NotFound)
                {
                    return result;
                }
            }
        }

        foreach (Level level in version.Levels[1..])
        {
            if (level.Find(key) is { } segment)
            {
                LookupResult result = segment.Open(cache).TryGet(key, sequence, ref value);
                if (result != LookupResult.NotFound)
                {
                    return result;
                }
            }
        }

        return LookupResult.NotFound;
    }
}
