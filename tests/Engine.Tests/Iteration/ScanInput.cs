using Basalt.Engine.Iteration;
using Basalt.Engine.Keys;
using Basalt.Engine.Tests.Memtables;

namespace Basalt.Engine.Tests.Iteration;

/// <summary>Entries, a reader's sequence number and range, and what that reader should see.</summary>
internal sealed record ScanInput(ModelEntry[] Entries, ulong Sequence, ScanRange Range)
{
    /// <summary>A scan over the entries, dealt out to three merged sources.</summary>
    public VisibleIterator Open() =>
        new(
            new MergingIterator(Enumerable.Range(0, 3)
                .Select(source => (InternalIterator)new ModelIterator(Entries.Where((_, i) => i % 3 == source).ToArray()))
                .ToArray()),
            Sequence,
            Range);

    public List<ModelEntry> Visible()
    {
        IEnumerable<ModelEntry> visible = Entries
            .Where(entry => entry.Sequence <= Sequence && IsInRange(entry.Key))
            .GroupBy(entry => Convert.ToHexString(entry.Key))
            .Select(versions => versions.MaxBy(entry => entry.Sequence)!)
            .Where(entry => entry.Kind == ValueKind.Put)
            .Order();
        return (Range.Reverse ? visible.Reverse() : visible).ToList();
    }

    /// <summary>Whether the scan visits the one key before the other.</summary>
    public bool IsBefore(byte[] left, byte[] right)
    {
        int order = left.AsSpan().SequenceCompareTo(right);
        return Range.Reverse ? order > 0 : order < 0;
    }

    public override string ToString() =>
        $"at {Sequence}, {Bound(Range.LowerBound)}..{Bound(Range.UpperBound)}, reverse {Range.Reverse}: {string.Join(' ', (object[])Entries)}";

    private static string Bound(ReadOnlyMemory<byte>? key) => key is { } bound ? Convert.ToHexString(bound.Span) : "none";

    private bool IsInRange(byte[] key) =>
        (Range.LowerBound is not { } lower || key.AsSpan().SequenceCompareTo(lower.Span) >= 0)
        && (Range.UpperBound is not { } upper || key.AsSpan().SequenceCompareTo(upper.Span) < 0);
}
