using Basalt.Engine.Manifest;
using Basalt.Engine.Segments;

namespace Basalt.Engine.Iteration;

/// <summary>
/// A cursor over one sorted run: its segments one after the other, each opened when the cursor gets there, so that a scan of a large
/// level costs one segment at a time.
/// </summary>
internal sealed class LevelIterator(Level level, BlockCache cache, bool fillCache) : InternalIterator
{
    private InternalIterator? _current;
    private int _index = -1;

    public override bool IsValid => _current is { IsValid: true };

    public override ReadOnlySpan<byte> Key => _current!.Key;

    public override ulong Trailer => _current!.Trailer;

    public override ReadOnlySpan<byte> Value => _current!.Value;

    public override void SeekToFirst()
    {
        if (Open(0))
        {
            _current!.SeekToFirst();
            SkipForward();
        }
    }

    public override void SeekToLast()
    {
        if (Open(level.Count - 1))
        {
            _current!.SeekToLast();
            SkipBackward();
        }
    }

    public override void Seek(ReadOnlySpan<byte> key, ulong trailer)
    {
        if (Open(level.FirstNotBefore(key)))
        {
            _current!.Seek(key, trailer);
            SkipForward();
        }
    }

    public override void SeekBefore(ReadOnlySpan<byte> key, ulong trailer)
    {
        int index = Math.Min(level.FirstNotBefore(key), level.Count - 1);
        if (Open(index))
        {
            _current!.SeekBefore(key, trailer);
            SkipBackward();
        }
    }

    public override void Next()
    {
        _current!.Next();
        SkipForward();
    }

    public override void Previous()
    {
        _current!.Previous();
        SkipBackward();
    }

    public override void Dispose() => Close();

    private void SkipForward()
    {
        while (!_current!.IsValid && Open(_index + 1))
        {
            _current.SeekToFirst();
        }
    }

    private void SkipBackward()
    {
        while (!_current!.IsValid && Open(_index - 1))
        {
            _current.SeekToLast();
        }
    }

    /// <summary>Opens a segment of the run; false, and no longer valid, beyond either end.</summary>
    private bool Open(int index)
    {
        if (index == _index && _current is not null)
        {
            return true;
        }

        if (index < 0 || index >= level.Count)
        {
            if (_current is { IsValid: true })
            {
                Close();
            }

            return false;
        }

        Close();
        _index = index;
        _current = level.Segments[index].Open(cache).CreateIterator(fillCache);
        return true;
    }

    private void Close()
    {
        _current?.Dispose();
        _current = null;
        _index = -1;
    }
}
