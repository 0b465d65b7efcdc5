using System.Text;
using Basalt.Engine.Compaction;
using Basalt.Engine.Manifest;

namespace Basalt.Engine.Tests.Compaction;

public sealed class FullCompactionTests
{
    private readonly SegmentTree _tree = new();

    [Fact]
    public void Next_OfOneCleanRun_HasNothingToDo() =>
        Assert.Null(new FullCompaction().Next(_tree.Build((3, "a", "b", 10), (3, "c", "d", 10))));

    [Fact]
    public void Next_OfAnEmptyKeyspace_HasNothingToDo() => Assert.Null(new FullCompaction().Next(_tree.Build()));

    [Fact]
    public void Next_OfALargeTree_TakesNoMoreThanOneSegmentWithWhatItOverlaps()
    {
        KeyspaceVersion version = _tree.Build(
            (0, "a", "z", 10), (1, "a", "f", 10), (1, "g", "m", 10), (2, "b", "c", 10), (2, "d", "e", 10), (2, "h", "k", 10), (2, "x", "z", 10));

        List<CompactionPick> steps = Run(ref version);

        Assert.Equal([1, 2], steps.Select(step => step.OutputLevel).Take(2));
        Assert.All(steps.Skip(1), step => Assert.Single(step.Inputs, input => input.Level == step.OutputLevel - 1));
        Assert.All(version.AllSegments(), placed => Assert.Equal(2, placed.Level));
    }

    [Fact]
    public void Next_OfALevel_WalksThroughItInKeyOrder()
    {
        KeyspaceVersion version = _tree.Build((1, "a", "c", 10), (1, "d", "f", 10), (1, "g", "i", 10), (2, "b", "h", 10));
        FullCompaction compaction = new();

        CompactionPick first = compaction.Next(version)!;
        CompactionPick second = compaction.Next(version)!;

        Assert.Equal(["a", "b"], Keys(first));
        Assert.Equal(["b", "d"], Keys(second));
    }

    [Fact]
    public void Next_OfALowestLevelWithTombstones_RewritesOnlyThoseSegmentsInPlace()
    {
        KeyspaceVersion version = _tree.Build((3, "a", "b", 10), (3, "c", "d", 10)).With(
            new HashSet<SegmentId>(), [new PlacedSegment(3, _tree.Segment("e", "f", 10, tombstones: 1))]);
        FullCompaction compaction = new();

        CompactionPick step = compaction.Next(version)!;

        Assert.Equal(["e"], Keys(step));
        Assert.Equal(3, step.OutputLevel);
        Assert.False(step.IsTrivialMove);

        // A snapshot may keep the tombstone: then the same tree must not be taken again and again.
        Assert.Null(compaction.Next(version));
    }

    [Fact]
    public void Next_WhenLevel0FillsAgainMeanwhile_StillEnds()
    {
        KeyspaceVersion version = _tree.Build((0, "a", "z", 10));
        FullCompaction compaction = new();
        int steps = 0;
        while (compaction.Next(version) is { } step)
        {
            steps++;
            version = Apply(version, step).With(new HashSet<SegmentId>(), [new PlacedSegment(0, _tree.Segment("a", "z", 10))]);
        }

        Assert.Equal(1, steps);
    }

    private List<CompactionPick> Run(ref KeyspaceVersion version)
    {
        FullCompaction compaction = new();
        List<CompactionPick> steps = [];
        while (compaction.Next(version) is { } step)
        {
            steps.Add(step);
            version = Apply(version, step);
        }

        return steps;
    }

    /// <summary>As the job would: one segment over the range of the inputs.</summary>
    private KeyspaceVersion Apply(KeyspaceVersion version, CompactionPick step)
    {
        string smallest = step.Inputs.Select(input => Encoding.UTF8.GetString(input.Segment.SmallestKey)).Min(StringComparer.Ordinal)!;
        string largest = step.Inputs.Select(input => Encoding.UTF8.GetString(input.Segment.LargestKey)).Max(StringComparer.Ordinal)!;
        return version.With(
            step.Inputs.Select(input => input.Segment.Id).ToHashSet(), [new PlacedSegment(step.OutputLevel, _tree.Segment(smallest, largest, 10))]);
    }

    private static IEnumerable<string> Keys(CompactionPick pick) =>
        pick.Inputs.Select(input => Encoding.UTF8.GetString(input.Segment.SmallestKey)).Order(StringComparer.Ordinal);
}
