using System.Text;
using Basalt.Engine.Compaction;
using Basalt.Engine.Manifest;

namespace Basalt.Engine.Tests.Compaction;

public sealed class CompactionPickerTests
{
    private static readonly DatabaseOptions Options = new() { Level0CompactionTrigger = 4, LevelBaseBytes = 1 << 20 };

    private readonly SegmentTree _tree = new();

    [Fact]
    public void Pick_WhenNothingIsDue_ReturnsNothing() =>
        Assert.Null(CompactionPicker.Pick(_tree.Build((0, "a", "z", 10), (0, "a", "z", 10), (1, "a", "z", 1 << 20 >> 1)), Options));

    [Fact]
    public void Pick_WhenLevel0IsFull_TakesAllOfItAndWhatItOverlapsBelow()
    {
        KeyspaceVersion tree = _tree.Build((0, "b", "d", 10), (0, "c", "f", 10), (0, "b", "c", 10), (0, "e", "f", 10), (1, "a", "b", 10), (1, "d", "e", 10), (1, "g", "h", 10));

        CompactionPick pick = CompactionPicker.Pick(tree, Options)!;

        Assert.Equal(1, pick.OutputLevel);
        Assert.Equal(4, pick.Inputs.Count(input => input.Level == 0));
        Assert.Equal(["a", "d"], Keys(pick, 1));
    }

    [Fact]
    public void Pick_WhenALevelIsTooLarge_TakesTheSegmentWithTheLeastOverlap()
    {
        KeyspaceVersion tree = _tree.Build((1, "a", "c", 600 << 10), (1, "d", "f", 600 << 10), (2, "a", "b", 900 << 10), (2, "d", "e", 10));

        CompactionPick pick = CompactionPicker.Pick(tree, Options)!;

        Assert.Equal(2, pick.OutputLevel);
        Assert.Equal(["d"], Keys(pick, 1));
        Assert.Equal(["d"], Keys(pick, 2));
    }

    [Fact]
    public void Pick_WhenNothingLiesBelow_IsATrivialMove()
    {
        CompactionPick pick = CompactionPicker.Pick(_tree.Build((1, "a", "c", 2 << 20)), Options)!;

        Assert.True(pick.IsTrivialMove);
    }

    private static IEnumerable<string> Keys(CompactionPick pick, int level) =>
        pick.Inputs.Where(input => input.Level == level).Select(input => Encoding.UTF8.GetString(input.Segment.SmallestKey)).Order();
}
