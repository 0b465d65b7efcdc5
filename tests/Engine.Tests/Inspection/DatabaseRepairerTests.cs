using Basalt.Engine.Files;
using Basalt.Engine.Manifest;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Tests.Inspection;

/// <summary>A repaired database opens, holds all that was not damaged and nothing else, and a second check finds nothing.</summary>
public sealed class DatabaseRepairerTests(DamagedFixture fixture) : IClassFixture<DamagedFixture>
{
    [Fact]
    public async Task Repair_WhenNothingIsWrong_ChangesNothing()
    {
        string copy = fixture.NewCopy();
        Dictionary<string, string> before = Harm.Contents(copy);

        RepairReport report = await DatabaseRepairer.RepairAsync(copy);

        Assert.False(report.IsNeeded);
        Assert.Null(report.LostFolder);
        before["LOCK"] = Harm.Contents(copy)["LOCK"];
        Assert.Equal(before, Harm.Contents(copy));
    }

    [Theory]
    [InlineData("filter", false)]
    [InlineData("index", false)]
    [InlineData("properties", false)]
    [InlineData("footer", false)]
    [InlineData("index", true)]
    [InlineData("footer", true)]
    public async Task Repair_WhenNoDataOfASegmentIsDamaged_LosesNothing(string part, bool isShared)
    {
        string copy = fixture.NewCopy();
        (SegmentPlacement placement, string file) = fixture.SegmentIn(isShared);
        Harm.Flip(Path.Combine(copy, file), SegmentPlaces.Of(copy, placement.Segment).Find(part).Inside);
        byte[] damaged = File.ReadAllBytes(Path.Combine(copy, file));

        RepairReport report = await RepairAndVerifyAsync(copy, part);

        Assert.Empty(report.Losses);
        Assert.Equal(damaged, File.ReadAllBytes(Path.Combine(report.LostFolder!, file)));
        Assert.False(File.Exists(Path.Combine(copy, file)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Repair_WhenABlockIsDamaged_LosesThatBlockOnly(bool isLevel0)
    {
        string copy = fixture.NewCopy();
        (SegmentPlacement placement, string file) = fixture.SegmentIn(isLevel0);
        Harm.Flip(Path.Combine(copy, file), SegmentPlaces.Of(copy, placement.Segment).Find("block").Inside);

        RepairReport report = await RepairAndVerifyAsync(copy, "block");

        Loss loss = Assert.Single(report.Losses);
        Assert.Equal("a", loss.Keyspace);
        Assert.InRange(loss.Entries!.Value, 1, 30);
        Assert.Equal(placement.Segment.Metadata.SmallestSequence, loss.SmallestSequence);
    }

    [Fact]
    public async Task Repair_WhenBlockAndIndexAreDamaged_KeepsTheBlocksBefore()
    {
        string copy = fixture.NewCopy();
        (SegmentPlacement placement, string file) = fixture.SegmentIn(isLevel0: false);
        SegmentPlaces places = SegmentPlaces.Of(copy, placement.Segment);
        Harm.Flip(Path.Combine(copy, file), places.Find("block").Inside);
        Harm.Flip(Path.Combine(copy, file), places.Find("index").Inside);

        RepairReport report = await RepairAndVerifyAsync(copy, "block and index");

        Loss loss = Assert.Single(report.Losses);
        Assert.InRange(loss.Entries!.Value, 1, placement.Segment.Metadata.EntryCount - 20);
        Assert.Equal(placement.Segment.Metadata.LargestKey.ToArray(), loss.LargestKey!.Value.ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Repair_WhenASegmentFileIsGoneOrAnotherOne_LosesItsSegmentsAndSaysWhich(bool isReplaced)
    {
        string copy = fixture.NewCopy();
        (SegmentPlacement placement, string file) = fixture.SegmentIn(isLevel0: false);
        File.Delete(Path.Combine(copy, file));
        if (isReplaced)
        {
            // Of keyspace b: taken for one of a, its entries would be inventions.
            SegmentPlacement other = fixture.Segments.First(candidate => candidate.Level > 0 && candidate.Keyspace != placement.Keyspace);
            File.Copy(Path.Combine(copy, FileNames.Segment(other.Segment.Id.File)), Path.Combine(copy, file));
        }

        RepairReport report = await RepairAndVerifyAsync(copy, "gone");

        Loss loss = Assert.Single(report.Losses, found => found.Keyspace == "a");
        Assert.Equal(placement.Segment.Metadata.SmallestKey.ToArray(), loss.SmallestKey!.Value.ToArray());
        Assert.Equal(placement.Segment.Metadata.EntryCount, loss.Entries);
    }

    [Fact]
    public async Task Repair_WhenARecordOfTheLogIsDamaged_KeepsThePrefixBeforeIt()
    {
        string copy = fixture.NewCopy();
        string[] logs = DamagedFixture.Logs(copy);
        Harm.Flip(logs[1], 10_000);
        byte[] damaged = File.ReadAllBytes(logs[1]);

        RepairReport report = await RepairAndVerifyAsync(copy, "log");

        Loss loss = Assert.Single(report.Losses);
        Assert.True(report.ReplayedRecords > 100);
        Assert.True(loss.LargestSequence > loss.SmallestSequence);
        Assert.Equal(damaged, File.ReadAllBytes(Path.Combine(report.LostFolder!, Path.GetFileName(logs[1]))));
        Assert.Superset(logs.Select(path => Path.GetFileName(path)).ToHashSet(), report.SetAside.ToHashSet());
    }

    [Theory]
    [InlineData("header")]
    [InlineData("watermark")]
    [InlineData("missing")]
    [InlineData("cut")]
    public async Task Repair_WhenALogCannotBeOpened_KeepsWhatIsBeforeIt(string what)
    {
        string copy = fixture.NewCopy();
        string log = DamagedFixture.Logs(copy)[1];
        switch (what)
        {
            case "header":
                Harm.Flip(log, 20);
                break;
            case "watermark":
                Harm.Flip(log, 513);
                break;
            case "missing":
                File.Delete(log);
                break;
            default:
                Harm.Cut(log, 30_000);
                break;
        }

        RepairReport report = await RepairAndVerifyAsync(copy, what);

        Assert.True(report.ReplayedRecords > 100);
    }

    [Fact]
    public async Task Repair_WhenTheFirstLogIsGone_KeepsTheSegments()
    {
        string copy = fixture.NewCopy();
        File.Delete(DamagedFixture.Logs(copy)[0]);

        RepairReport report = await RepairAndVerifyAsync(copy, "first log");

        Assert.Equal(0, report.ReplayedRecords);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Repair_WhenCurrentIsDamagedOrGone_LosesNothing(bool isGone)
    {
        string copy = fixture.NewCopy();
        string current = Path.Combine(copy, "CURRENT");
        if (isGone)
        {
            File.Delete(current);
        }
        else
        {
            Harm.Flip(current, 4);
        }

        RepairReport report = await RepairAndVerifyAsync(copy, "CURRENT");

        Assert.Empty(report.Losses);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(15)]
    [InlineData(33)]
    public async Task Repair_WhenTheHeaderOfTheManifestIsDamaged_KeepsEverything(int offset)
    {
        string copy = fixture.NewCopy();
        Harm.Flip(ManifestOf(copy), offset);

        RepairReport report = await DatabaseRepairer.RepairAsync(copy);

        using Database database = Database.Open(copy, DamagedFixture.Options);
        fixture.Oracle.VerifyAll(database);
        Assert.Contains("manifest", Assert.Single(report.Losses).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Repair_WhenTheLastEditIsDamaged_GoesBackToTheOneBeforeAndSetsAsideWhatItNamed()
    {
        string copy = fixture.NewCopy();
        string manifest = ManifestOf(copy);
        Harm.Flip(manifest, new FileInfo(manifest).Length - 3);

        RepairReport report = await RepairAndVerifyAsync(copy, "last edit");

        Assert.Contains(Path.GetFileName(manifest), report.SetAside);
        Assert.Contains(report.Losses, loss => loss.Reason.Contains("manifest", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Repair_WhenNoManifestCanBeRead_RefusesToGuessAndChangesNothing(bool isGone)
    {
        string copy = fixture.NewCopy();
        string manifest = ManifestOf(copy);
        if (isGone)
        {
            File.Delete(manifest);
        }
        else
        {
            Harm.Flip(manifest, 60);
        }

        Dictionary<string, string> before = Harm.Contents(copy);

        DatabaseException refused = await Assert.ThrowsAsync<DatabaseException>(() => DatabaseRepairer.RepairAsync(copy));

        Assert.Equal(DatabaseError.Corruption, refused.Error);
        Assert.Contains("keyspace", refused.Message, StringComparison.Ordinal);
        before["LOCK"] = Harm.Contents(copy)["LOCK"];
        Assert.Equal(before, Harm.Contents(copy));
    }

    [Fact]
    public async Task Repair_WhenOnlyTold_ChangesNothingAndTellsTheSame()
    {
        string copy = fixture.NewCopy();
        (SegmentPlacement placement, string file) = fixture.SegmentIn(isLevel0: true);
        Harm.Flip(Path.Combine(copy, file), SegmentPlaces.Of(copy, placement.Segment).Find("block").Inside);
        Harm.Flip(DamagedFixture.Logs(copy)[1], 9000);
        Dictionary<string, string> before = Harm.Contents(copy);

        RepairReport told = await DatabaseRepairer.RepairAsync(copy, new RepairOptions { IsDryRun = true });

        Assert.Equal(before, Harm.Contents(copy));
        RepairReport done = await RepairAndVerifyAsync(copy, "told");
        Assert.Equal(told.Losses.Select(loss => (loss.Reason, loss.Entries)), done.Losses.Select(loss => (loss.Reason, loss.Entries)));
        Assert.Equal(told.SetAside, done.SetAside);
        Assert.Equal((told.RewrittenSegments, told.SalvagedEntries, told.ReplayedRecords), (done.RewrittenSegments, done.SalvagedEntries, done.ReplayedRecords));
    }

    [Fact]
    public async Task Repair_WhenALeaseNamesADamagedSegment_EndsTheLease()
    {
        string copy = fixture.NewCopy();
        using (Database database = Database.Open(copy, DamagedFixture.Options))
        {
            SnapshotHandle snapshot = await database.CreateSnapshotAsync(new SnapshotOptions { Owner = "nightly", TimeToLive = TimeSpan.FromDays(1) });
            snapshot.Detach();
        }

        string file = Directory.GetFiles(copy, "*.seg")[0];
        Harm.Flip(file, 100);

        RepairReport report = await RepairAndVerifyAsync(copy, "lease");

        Assert.Equal(["nightly"], report.ReleasedLeases);
    }

    private static string ManifestOf(string directory) => Path.Combine(directory, CurrentFile.Read(LocalFileSystem.Instance, directory)!);

    private async Task<RepairReport> RepairAndVerifyAsync(string directory, string context)
    {
        RepairReport report = await DatabaseRepairer.RepairAsync(directory);
        Assert.True(report.IsNeeded, context);
        await RepairVerification.VerifyAsync(directory, fixture.Oracle, report, context);
        return report;
    }
}
