using Basalt.Backup.Creation;
using Basalt.Backup.Extents;
using Basalt.Backup.Naming;
using Basalt.Backup.Tests.Support;

namespace Basalt.Backup.Tests.Creation;

public sealed class BackupPlanTests
{
    private int _names;

    [Fact]
    public void Create_WhenNothingIsStored_UploadsEverything()
    {
        SegmentSource[] segments = [Segments.Random("a", 1, 500), Segments.Random("a", 2, 600)];

        BackupPlan plan = Plan(segments, []);

        Assert.Equal(2, plan.Uploads.Count());
        Assert.Empty(plan.Packs);
        Assert.Equal((2, 1100L, 1100L, 0L), (plan.Totals.Files, plan.Totals.LogicalBytes, plan.Totals.UploadedBytes, plan.Totals.ReusedBytes));
    }

    [Fact]
    public void Create_WhenContentIsStored_ReusesIt()
    {
        SegmentSource[] segments = [Segments.Random("a", 1, 500), Segments.Random("a", 2, 600)];
        var stored = new Dictionary<ContentId, StoredExtent>
        {
            [Segments.Content(segments[0])] = new("there", 500 + ExtentFrame.Overhead, IsOwn: false),
        };

        BackupPlan plan = Plan(segments, stored);

        Assert.Equal(600, Assert.Single(plan.Uploads).Length);
        Assert.Equal("there", plan.Segments[0].Extents[0].Key);
        Assert.Equal((500L, 1, 1, 500L), (plan.Totals.ReusedBytes, plan.Totals.ExtentsReused, plan.PresentSegments, plan.PresentBytes));
    }

    [Fact]
    public void Create_WhenStoredLengthDiffers_UploadsAgain()
    {
        SegmentSource segment = Segments.Random("a", 1, 500);
        var stored = new Dictionary<ContentId, StoredExtent> { [Segments.Content(segment)] = new("there", 500, IsOwn: false) };

        Assert.Single(Plan([segment], stored).Uploads);
    }

    [Fact]
    public void Create_WhenAnInterruptedRunUploadedIt_CountsItAsUploaded()
    {
        SegmentSource segment = Segments.Random("a", 1, 500);
        var stored = new Dictionary<ContentId, StoredExtent>
        {
            [Segments.Content(segment)] = new("own", 500 + ExtentFrame.Overhead, IsOwn: true),
        };

        BackupPlan plan = Plan([segment], stored);

        Assert.Empty(plan.Uploads);
        Assert.Equal((0L, 500L, 500L), (plan.Totals.ReusedBytes, plan.Totals.UploadedBytes, plan.PresentBytes));
    }

    [Fact]
    public void Create_WhenOneContentOccursTwice_UploadsItOnce()
    {
        SegmentSource first = Segments.Random("a", 1, 500);
        SegmentSource copy = first with { Keyspace = "b" };

        BackupPlan plan = Plan([first, copy], []);

        Assert.Single(plan.Uploads);
        Assert.Equal(plan.Segments[0].Extents[0].Key, plan.Segments[1].Extents[0].Key);
        Assert.Equal(500, plan.Totals.ReusedBytes);
    }

    [Fact]
    public void Create_WhenSegmentsAreSmall_PacksThemUpToTheBound()
    {
        SegmentSource[] segments = [.. Enumerable.Range(0, 10).Select(i => Segments.Random("a", (ulong)i, 90))];

        BackupPlan plan = Plan(segments, []);

        Assert.Equal([3, 3, 3, 1], plan.Packs.Select(pack => pack.Segments.Count));
        Assert.Equal([0L, 90L, 180L], plan.Packs[0].Segments.Select(segment => segment.PackOffset));
        Assert.Equal(0, plan.PresentSegments);
        Assert.Equal(0, plan.PresentBytes);
    }

    [Fact]
    public void Create_WhenThereIsNoSegment_IsEmpty()
    {
        BackupPlan plan = Plan([], []);

        Assert.Empty(plan.Segments);
        Assert.Equal(0, plan.Totals.LogicalBytes);
    }

    private BackupPlan Plan(SegmentSource[] segments, Dictionary<ContentId, StoredExtent> stored) =>
        BackupPlan.Create(segments, stored, packThreshold: 100, packBytes: 250, _ => $"extent-{_names++}", () => $"pack-{_names++}");
}
