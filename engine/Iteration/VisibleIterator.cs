using Basalt.Engine.Keys;

namespace Basalt.Engine.Iteration;

/// <summary>
/// What a reader at one sequence number sees of internal entries: of each user key the newest version that is not newer than
/// the reader, unless that is a tombstone. Walks one way through a range. Owns its source.
/// </summary>
/// <remarks>
/// Versions are passed over one by one, because most keys have few; after <see cref="MaxSteps"/> of one key the source seeks, so that a key
/// that was overwritten a million times costs no more than two seeks.
/// </remarks>
internal sealed class VisibleIterator : IDisposable
{
    private const int MaxSteps = 8;

    private readonly InternalIterator _source;
    private readonly ulong _sequence;
    private readonly byte[]? _lower;
    private readonly byte[]? _upper;
    private readonly bool _isReverse;
    private ReusableBuffer _key;
    private ReusableBuffer _value;
    private State _state;

    /// <summary>Takes over the source. Starts before the first entry of the range.</summary>
    /// <param name="source">Entries of one keyspace.</param>
    /// <param name="sequence">The newest sequence number that is visible.</param>
    /// <param name="range">Bounds and direction.</param>
    public VisibleIterator(InternalIterator source, ulong sequence, ScanRange range)
    {
        _source = source;
        _sequence = sequence;
        _lower = range.LowerBound?.ToArray();
        _upper = range.UpperBound?.ToArray();
        _isReverse = range.Reverse;
    }

    private enum State
    {
        /// <summary>Nothing was read yet.</summary>
        Unpositioned,

        /// <summary>The source stands where the next move starts to look.</summary>
        Positioned,

        /// <summary>On an entry. Forward the source stands on it; in reverse the source is past it and the value is a copy.</summary>
        OnEntry,
    }

    /// <summary>The current key; valid until the next move.</summary>
    public ReadOnlySpan<byte> Key => _key.Span;

    /// <summary>The current value; valid until the next move.</summary>
    public ReadOnlySpan<byte> Value => _isReverse ? _value.Span : _source.Value;

    /// <summary>Moves on in the direction of the range; false at its end.</summary>
    public bool MoveNext()
    {
        if (_state == State.Unpositioned)
        {
            SeekToStart();
        }

        bool isFound = _isReverse ? FindBackward() : FindForward();
        _state = isFound ? State.OnEntry : State.Positioned;
        return isFound;
    }

    /// <summary>
    /// Jumps so that the next <see cref="MoveNext"/> finds the first key at or after <paramref name="key"/> (at or before, in reverse), inside
    /// the range.
    /// </summary>
    public void Seek(ReadOnlySpan<byte> key)
    {
        if (_isReverse)
        {
            if (_upper is not null && key.SequenceCompareTo(_upper) >= 0)
            {
                SeekToStart();
                return;
            }

            _source.SeekBefore(key, InternalKey.OldestTrailer);
        }
        else
        {
            if (_lower is not null && key.SequenceCompareTo(_lower) < 0)
            {
                SeekToStart();
                return;
            }

            _source.Seek(key, InternalKey.NewestTrailer);
        }

        _state = State.Positioned;
    }

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();

    private void SeekToStart()
    {
        _state = State.Positioned;
        if (!_isReverse)
        {
            _source.Seek(_lower, InternalKey.NewestTrailer);
        }
        else if (_upper is not null)
        {
            _source.SeekBefore(_upper, InternalKey.NewestTrailer);
        }
        else
        {
            _source.SeekToLast();
        }
    }

    private bool FindForward()
    {
        // Done with a key: its visible version was yielded or is a tombstone, so its other versions do not count.
        bool hasKey = _state == State.OnEntry;
        bool isDone = hasKey;
        int steps = 0;
        if (hasKey)
        {
            _source.Next();
        }

        while (_source.IsValid)
        {
            if (!hasKey || !_source.Key.SequenceEqual(_key.Span))
            {
                if (_upper is not null && _source.Key.SequenceCompareTo(_upper) >= 0)
                {
                    return false;
                }

                _key.Set(_source.Key);
                hasKey = true;
                isDone = false;
                steps = 0;
            }

            ulong trailer = _source.Trailer;
            if (!isDone && InternalKey.SequenceOf(trailer) <= _sequence)
            {
                if (InternalKey.KindOf(trailer) == ValueKind.Put)
                {
                    return true;
                }

                isDone = true;
            }

            if (++steps <= MaxSteps)
            {
                _source.Next();
            }
            else
            {
                _source.Seek(_key.Span, isDone ? InternalKey.OldestTrailer : InternalKey.SeekTrailer(_sequence));
                steps = 0;
            }
        }

        return false;
    }

    private bool FindBackward()
    {
        while (_source.IsValid)
        {
            if (_lower is not null && _source.Key.SequenceCompareTo(_lower) < 0)
            {
                return false;
            }

            // Backward a key begins with its oldest version.
            _key.Set(_source.Key);
            if (ReadKeyBackward())
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Passes over all versions of the key; true if its visible one is a value, of which a copy is kept.</summary>
    private bool ReadKeyBackward()
    {
        bool isLive = false;
        int steps = 0;
        do
        {
            bool isVisible = InternalKey.SequenceOf(_source.Trailer) <= _sequence;
            if (isVisible)
            {
                isLive = KeepVersion();
            }

            if (++steps <= MaxSteps)
            {
                _source.Previous();
                continue;
            }

            if (isVisible)
            {
                _source.Seek(_key.Span, InternalKey.SeekTrailer(_sequence));
                isLive = KeepVersion();
            }

            _source.SeekBefore(_key.Span, InternalKey.NewestTrailer);
            return isLive;
        }
        while (_source.IsValid && _source.Key.SequenceEqual(_key.Span));
        return isLive;
    }

    private bool KeepVersion()
    {
        bool isLive = InternalKey.KindOf(_source.Trailer) == ValueKind.Put;
        if (isLive)
        {
            _value.Set(_source.Value);
        }

        return isLive;
    }
}
