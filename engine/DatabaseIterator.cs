using Basalt.Engine.Iteration;
using Basalt.Engine.Manifest;
using Basalt.Engine.Memtables;
using Basalt.Engine.Segments;

namespace Basalt.Engine;

/// <summary>
/// A cursor over the live keys of one keyspace as of one instant. Starts before the first entry of its range: call
/// <see cref="MoveNext"/> first. Not thread-safe; keeps old segments alive until disposed.
/// </summary>
public sealed class DatabaseIterator : IDisposable
{
    private readonly ReadState _state;
    private readonly VisibleIterator _entries;
    private int _disposed;

    /// <summary>Takes over the caller's reference of the state.</summary>
    internal DatabaseIterator(ReadState state, Keyspace keyspace, ulong sequence, ScanRange range, BlockCache cache)
    {
        _state = state;
        MergingIterator merged = new(OpenSources(state, keyspace, cache));
        _entries = new VisibleIterator(merged, sequence, range);
    }

    /// <summary>The current key; valid until the next move.</summary>
    public ReadOnlySpan<byte> Key => _entries.Key;

    /// <summary>The current value; valid until the next move.</summary>
    public ReadOnlySpan<byte> Value => _entries.Value;

    /// <summary>Moves on in the direction of the range; false at its end.</summary>
    public bool MoveNext()
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        return _entries.MoveNext();
    }

    /// <summary>
    /// Jumps so that the next <see cref="MoveNext"/> finds the first key at or after <paramref name="key"/> (at or before, in a reverse
    /// scan), inside the range.
    /// </summary>
    public void Seek(ReadOnlySpan<byte> key)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        _entries.Seek(key);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _entries.Dispose();
            _state.Release();
        }
    }

    private static InternalIterator[] OpenSources(ReadState state, Keyspace keyspace, BlockCache cache)
    {
        List<InternalIterator> sources = [];
        try
        {
            OpenSources(state, keyspace, cache, sources);
            return [.. sources];
        }
        catch
        {
            // They hold references of memtables and cached blocks.
            sources.ForEach(source => source.Dispose());
            throw;
        }
    }

    private static void OpenSources(ReadState state, Keyspace keyspace, BlockCache cache, List<InternalIterator> sources)
    {
        foreach (Memtable memtable in state.Memtables)
        {
            sources.Add(memtable.CreateIterator(keyspace.Id));
        }

        if (state.Version.Keyspaces.TryGetValue(keyspace.Id, out KeyspaceVersion? version))
        {
            foreach (Segment segment in version.Levels[0].Segments)
            {
                sources.Add(segment.Open(cache).CreateIterator(fillCache: true));
            }

            foreach (Level level in version.Levels[1..])
            {
                if (level.Count > 0)
                {
                    sources.Add(new LevelIterator(level, cache, fillCache: true));
                }
            }
        }
    }
}
