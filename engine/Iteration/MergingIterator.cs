using System.Diagnostics;
using System.Runtime.CompilerServices;
using Basalt.Engine.Keys;

namespace Basalt.Engine.Iteration;

/// <summary>
/// Merges sources into one sorted sequence, with a loser tree (Knuth, The Art of Computer Programming 3, 5.4.1): a step costs one comparison per level of
/// the tree, half of what a heap takes. Owns its sources.
/// </summary>
/// <remarks>
/// Invariants while valid:
/// <list type="number">
/// <item>All sources face the same way. Forward, each stands on its first entry not before the current one; backward, on its last
/// entry not after it. Exhausted sources lose to all others.</item>
/// <item>Equal entries of several sources are all yielded, those of earlier sources first when going forward and last when going backward, so that
/// both directions visit the same sequence.</item>
/// </list>
/// A change of direction turns every source round by a seek, which costs as much as a fresh seek of the whole.
/// </remarks>
internal sealed class MergingIterator : InternalIterator
{
    private const int Nobody = -1;

    private readonly Contender[] _contenders;

    /// <summary>Inner nodes 1 to n - 1 hold who lost there; the leaf of contender i would be node n + i.</summary>
    private readonly int[] _losers;

    private int _winner = Nobody;
    private bool _isBackward;
    private bool _isDisposed;

    /// <summary>Takes over the sources; not yet positioned.</summary>
    public MergingIterator(InternalIterator[] sources)
    {
        _contenders = Array.ConvertAll(sources, source => new Contender(source));
        _losers = new int[sources.Length];
    }

    public override bool IsValid => _winner != Nobody && _contenders[_winner].IsValid;

    public override ReadOnlySpan<byte> Key => Current.Key;

    public override ulong Trailer => Current.Trailer;

    public override ReadOnlySpan<byte> Value => Current.Value;

    private InternalIterator Current
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            Debug.Assert(IsValid, "The cursor stands on no entry.");
            return _contenders[_winner].Source;
        }
    }

    public override void SeekToFirst()
    {
        foreach (ref Contender contender in _contenders.AsSpan())
        {
            contender.Source.SeekToFirst();
            contender.Refresh();
        }

        Compete(isBackward: false);
    }

    public override void SeekToLast()
    {
        foreach (ref Contender contender in _contenders.AsSpan())
        {
            contender.Source.SeekToLast();
            contender.Refresh();
        }

        Compete(isBackward: true);
    }

    public override void Seek(ReadOnlySpan<byte> key, ulong trailer)
    {
        foreach (ref Contender contender in _contenders.AsSpan())
        {
            contender.Source.Seek(key, trailer);
            contender.Refresh();
        }

        Compete(isBackward: false);
    }

    public override void SeekBefore(ReadOnlySpan<byte> key, ulong trailer)
    {
        foreach (ref Contender contender in _contenders.AsSpan())
        {
            contender.Source.SeekBefore(key, trailer);
            contender.Refresh();
        }

        Compete(isBackward: true);
    }

    public override void Next()
    {
        InternalIterator current = Current;
        if (_isBackward)
        {
            TurnForward(current);
            return;
        }

        current.Next();
        _contenders[_winner].Refresh();
        Replay();
    }

    public override void Previous()
    {
        InternalIterator current = Current;
        if (!_isBackward)
        {
            TurnBackward(current);
            return;
        }

        current.Previous();
        _contenders[_winner].Refresh();
        Replay();
    }

    public override void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _winner = Nobody;
        foreach (Contender contender in _contenders)
        {
            contender.Source.Dispose();
        }
    }

    private void TurnForward(InternalIterator current)
    {
        for (int i = 0; i < _contenders.Length; i++)
        {
            InternalIterator source = _contenders[i].Source;
            if (i == _winner)
            {
                continue;
            }

            source.Seek(current.Key, current.Trailer);
            if (i < _winner && source.IsValid && IsSameEntry(source, current))
            {
                source.Next();
            }

            _contenders[i].Refresh();
        }

        current.Next();
        _contenders[_winner].Refresh();
        Compete(isBackward: false);
    }

    private void TurnBackward(InternalIterator current)
    {
        for (int i = 0; i < _contenders.Length; i++)
        {
            InternalIterator source = _contenders[i].Source;
            if (i == _winner)
            {
                continue;
            }

            source.Seek(current.Key, current.Trailer);
            if (i > _winner || !source.IsValid || !IsSameEntry(source, current))
            {
                source.SeekBefore(current.Key, current.Trailer);
            }

            _contenders[i].Refresh();
        }

        current.Previous();
        _contenders[_winner].Refresh();
        Compete(isBackward: true);
    }

    private static bool IsSameEntry(InternalIterator left, InternalIterator right) =>
        left.Trailer == right.Trailer && left.Key.SequenceEqual(right.Key);

    /// <summary>Plays the whole tournament anew.</summary>
    private void Compete(bool isBackward)
    {
        _isBackward = isBackward;
        _losers.AsSpan().Fill(Nobody);
        for (int i = 0; i < _contenders.Length; i++)
        {
            // The first to reach a node waits there, the second plays and the better of the two goes on.
            int best = i;
            for (int node = (i + _contenders.Length) / 2; node > 0 && best != Nobody; node /= 2)
            {
                ref int other = ref _losers[node];
                if (other == Nobody || IsBetter(other, best))
                {
                    (other, best) = (best, other);
                }
            }

            if (best != Nobody)
            {
                _winner = best;
            }
        }
    }

    /// <summary>Plays the games of the winner again, after it moved.</summary>
    private void Replay()
    {
        int best = _winner;
        for (int node = (best + _contenders.Length) / 2; node > 0; node /= 2)
        {
            ref int other = ref _losers[node];
            if (IsBetter(other, best))
            {
                (other, best) = (best, other);
            }
        }

        _winner = best;
    }

    /// <summary>Whether one contender's entry is to be yielded before the other's.</summary>
    private bool IsBetter(int left, int right)
    {
        ref Contender l = ref _contenders[left];
        ref Contender r = ref _contenders[right];
        if (!l.IsValid || !r.IsValid)
        {
            return l.IsValid;
        }

        if (l.Prefix != r.Prefix)
        {
            return (l.Prefix < r.Prefix) != _isBackward;
        }

        int order = InternalKey.Compare(l.Source.Key, l.Source.Trailer, r.Source.Key, r.Source.Trailer);
        return ((order != 0 ? order : left - right) < 0) != _isBackward;
    }

    /// <summary>A source with what most comparisons need of its entry, so that they call into no source.</summary>
    private struct Contender(InternalIterator source)
    {
        public readonly InternalIterator Source = source;
        public ulong Prefix;
        public bool IsValid;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Refresh()
        {
            IsValid = Source.IsValid;
            if (IsValid)
            {
                Prefix = KeyPrefix.Of(Source.Key);
            }
        }
    }
}
