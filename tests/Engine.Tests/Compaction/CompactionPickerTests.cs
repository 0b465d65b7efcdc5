using System.Collections.Immutable;
using System.Text;
using Basalt.Engine.Compaction;
using Basalt.Engine.Manifest;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Tests.Compaction;

public sealed class CompactionPickerTests
{
    private static readonly DatabaseOptions Options = new() { Level0CompactionTrigger = 4, LevelBaseBytes = 1 << 20 };

    private ulong _files;

    [Fact]
    public void Pick_WhenNothingIsDue_ReturnsNothing() =>
        Assert.Null(CompactionPicker.Pick(Tree((0, "a", "z", 10), (0, "a", "z", 10), (1, "a", "z", 1 << 20 >> 1)), Options));

    [Fact]
    public void Pick_WhenLevel0IsFull_TakesAllOfItAndWhatItOverlapsBelow()
    {
        KeyspaceVersion tree = Tree((0, "b", "d", 10), (0, "c", "f", 10), (0, "b", "c", 10), (0, "e", "f", 10), (1, "a", "b", 10), (1, "d", "e", 10), (1, "g", "h", 10));

        CompactionPick pick = CompactionPicker.Pick(tree, Options)!;

        Assert.Equal(1, pick.OutputLevel);
        Assert.Equal(4, pick.Inputs.Count(input => input.Level == 0));
        Assert.Equal(["a", "d"], Keys(pick, 1));
    }

    [Fact]
    public void Pick_WhenALevelIsTooLarge_TakesTheSegmentWithTheLeastOverlap()
    {
        KeyspaceVersion tree = Tree((1, "a", "c", 600 << 10), (1, "d", "f", 600 << 10), (2, "a", "b", 900 << 10), (2, "d", "e", 10));

        CompactionPick pick = CompactionPicker.Pick(tree, Options)!;

        Assert.Equal(2, pick.OutputLevel);
        Assert.Equal(["d"], Keys(pick, 1));
        Assert.Equal(["d"], Keys(pick, 2));
    }

    [Fact]
    public void Pick_WhenNothingLiesBelow_IsATrivialMove()
    {
        CompactionPick pick = CompactionPicker.Pick(Tree((1, "a", "c", 2 << 20)), Options)!;

        Assert.True(pick.IsTrivialMove);
    }

    [Fact]
    public void PickAll_OfOneCleanRun_HasNothingToDo() =>
        Assert.Null(CompactionPicker.PickAll(Tree((3, "a", "b", 10), (3, "c", "d", 10))));

    [Fact]
    public void PickAll_OfSeveralLevels_TakesEverythingToTheLowest()
    {
        CompactionPick pick = CompactionPicker.PickAll(Tree((0, "a", "b", 10), (2, "a", "b", 10), (4, "c", "d", 10)))!;

        Assert.Equal((3, 4), (pick.Inputs.Count, pick.OutputLevel));
    }

    private KeyspaceVersion Tree(params (int Level, string Smallest, string Largest, long Length)[] segments) =>
        KeyspaceVersion.Empty(new Keyspace(null!, new KeyspaceDefinition(1, "k", 1))).With(
            new HashSet<SegmentId>(),
            [.. segments.Select(segment => new PlacedSegment(segment.Level, Segment(segment.Smallest, segment.Largest, segment.Length)))]);

    private Segment Segment(string smallest, string largest, long length)
    {
        ulong file = ++_files;
        return new Segment(new SegmentFile(new LocalFileSystem(), "none", file), 0, new SegmentMetadata
        {
            Origin = new SegmentOrigin(Guid.Empty, file, 0),
            Length = length,
            Digest = 0,
            Extents = ImmutableArray<ExtentDigest>.Empty,
            SmallestKey = Encoding.UTF8.GetBytes(smallest),
            LargestKey = Encoding.UTF8.GetBytes(largest),
            SmallestSequence = file,
            LargestSequence = file,
            EntryCount = 1,
            TombstoneCount = 0,
            RawBytes = length,
        });
    }

    private static IEnumerable<string> Keys(CompactionPick pick, int level) =>
        pick.Inputs.Where(input => input.Level == level).Select(input => Encoding.UTF8.GetString(input.Segment.SmallestKey)).Order();
}
