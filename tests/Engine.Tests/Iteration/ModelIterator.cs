using Basalt.Engine.Iteration;
using Basalt.Engine.Keys;
using Basalt.Engine.Tests.Memtables;

namespace Basalt.Engine.Tests.Iteration;

/// <summary>The plainest internal iterator: a sorted array and an index. Counts disposals.</summary>
internal sealed class ModelIterator(ModelEntry[] entries) : InternalIterator
{
    private int _index = -1;

    public int Disposals { get; private set; }

    public override bool IsValid => _index >= 0 && _index < entries.Length;

    public override ReadOnlySpan<byte> Key => entries[_index].Key;

    public override ulong Trailer => entries[_index].Trailer;

    public override ReadOnlySpan<byte> Value => entries[_index].Value;

    public override void SeekToFirst() => _index = 0;

    public override void SeekToLast() => _index = entries.Length - 1;

    public override void Seek(ReadOnlySpan<byte> key, ulong trailer) => _index = CountBefore(key, trailer);

    public override void SeekBefore(ReadOnlySpan<byte> key, ulong trailer) => _index = CountBefore(key, trailer) - 1;

    public override void Next()
    {
        AssertValid();
        _index++;
    }

    public override void Previous()
    {
        AssertValid();
        _index--;
    }

    public override void Dispose() => Disposals++;

    private int CountBefore(ReadOnlySpan<byte> key, ulong trailer)
    {
        int count = 0;
        while (count < entries.Length && InternalKey.Compare(entries[count].Key, entries[count].Trailer, key, trailer) < 0)
        {
            count++;
        }

        return count;
    }

    private void AssertValid()
    {
        if (!IsValid)
        {
            throw new InvalidOperationException("A cursor was moved that stands on no entry.");
        }
    }
}
