using Basalt.Engine.Tests.Support;

namespace Basalt.Engine.Tests.Inspection;

/// <summary>A check names every damaged place, and changes nothing.</summary>
public sealed class DatabaseInspectorTests(DamagedFixture fixture) : IClassFixture<DamagedFixture>
{
    [Fact]
    public async Task Check_WhenNothingIsWrong_FindsNothingAndChangesNothing()
    {
        string copy = fixture.NewCopy();
        Dictionary<string, string> before = Harm.Contents(copy);

        CheckReport report = await DatabaseInspector.CheckAsync(copy);

        Assert.True(report.IsGood, string.Join('\n', report.Damage));
        Assert.Equal(before, Harm.Contents(copy));
        Assert.Equal(2, report.Keyspaces);
        Assert.Equal(fixture.Segments.Count, report.Segments);
        Assert.True(report.LogRecords > 100);
        Assert.NotNull(report.DatabaseId);
    }

    [Fact]
    public async Task Check_WhenNothingMayBeWritten_ReadsAllTheSame()
    {
        string copy = fixture.NewCopy();
        Database.Open(copy, DamagedFixture.Options).Dispose();
        InterceptedFileSystem files = new((call, path) => throw new DatabaseException(DatabaseError.InputOutput, $"{call} failed: read-only file system", path));
        InspectionOptions options = new() { FileSystem = files };

        CheckReport report = await DatabaseInspector.CheckAsync(copy, options);
        RepairReport told = await DatabaseRepairer.RepairAsync(copy, new RepairOptions { IsDryRun = true, Inspection = options });

        Assert.True(report.IsGood && !told.IsNeeded);
    }

    [Fact]
    public async Task Check_WhenTheDatabaseIsOpen_SaysThatItIsLocked()
    {
        string copy = fixture.NewCopy();
        using Database database = Database.Open(copy, DamagedFixture.Options);

        DatabaseException refused = await Assert.ThrowsAsync<DatabaseException>(() => DatabaseInspector.CheckAsync(copy));
        DatabaseException repair = await Assert.ThrowsAsync<DatabaseException>(() => DatabaseRepairer.RepairAsync(copy));

        Assert.Equal((DatabaseError.Locked, DatabaseError.Locked), (refused.Error, repair.Error));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Inspection_WhenThereIsNoDatabase_SaysSoAndLeavesNothingBehind(bool exists)
    {
        string path = Path.Combine(fixture.NewCopy(), "other");
        if (exists)
        {
            Directory.CreateDirectory(path);
            File.WriteAllText(Path.Combine(path, "letter.txt"), "Dear reader");
        }

        DatabaseException check = await Assert.ThrowsAsync<DatabaseException>(() => DatabaseInspector.CheckAsync(path));
        DatabaseException repair = await Assert.ThrowsAsync<DatabaseException>(() => DatabaseRepairer.RepairAsync(path));

        Assert.Equal((DatabaseError.InvalidOperation, DatabaseError.InvalidOperation), (check.Error, repair.Error));
        Assert.Equal(exists, Directory.Exists(path));
        Assert.True(!exists || Harm.Contents(path).Keys.SequenceEqual(["letter.txt"]));
    }

    [Theory]
    [InlineData("block")]
    [InlineData("filter")]
    [InlineData("index")]
    [InlineData("properties")]
    [InlineData("footer")]
    public async Task Check_WhenAPartOfASegmentIsDamaged_NamesFileOffsetAndKeyspace(string part)
    {
        string copy = fixture.NewCopy();
        (var placement, string file) = fixture.SegmentIn(isLevel0: false);
        (long inside, long begin) = SegmentPlaces.Of(copy, placement.Segment).Find(part);
        Harm.Flip(Path.Combine(copy, file), inside);

        CheckReport report = await DatabaseInspector.CheckAsync(copy);

        Damage damage = Assert.Single(report.Damage);
        Assert.Equal((file, "a"), (damage.File, damage.Keyspace));
        Assert.InRange(damage.Offset, begin, inside);
        Assert.Equal(placement.Segment.Metadata.Origin, damage.Segment);
    }

    [Fact]
    public async Task Check_WhenSeveralFilesAreDamaged_GoesOnAndNamesAll()
    {
        string copy = fixture.NewCopy();
        (var first, string firstFile) = fixture.SegmentIn(isLevel0: false);
        (var second, string secondFile) = fixture.SegmentIn(isLevel0: true);
        Harm.Flip(Path.Combine(copy, firstFile), SegmentPlaces.Of(copy, first.Segment).Find("index").Inside);
        Harm.Flip(Path.Combine(copy, firstFile), SegmentPlaces.Of(copy, first.Segment).Find("filter").Inside);
        Harm.Flip(Path.Combine(copy, secondFile), SegmentPlaces.Of(copy, second.Segment).Find("block").Inside);
        string log = DamagedFixture.Logs(copy)[0];
        Harm.Flip(log, 4096 + 9 + 20);
        Harm.Flip(log, 8192);

        CheckReport report = await DatabaseInspector.CheckAsync(copy);

        Assert.Equal([firstFile, firstFile, secondFile, Path.GetFileName(log), Path.GetFileName(log)], report.Damage.Select(damage => damage.File));
        Assert.Equal(5, report.DamageCount);
    }

    [Fact]
    public async Task Check_WhenMoreIsDamagedThanIsListed_CountsTheRest()
    {
        string copy = fixture.NewCopy();
        (var placement, string file) = fixture.SegmentIn(isLevel0: false);
        Harm.Zero(Path.Combine(copy, file), SegmentPlaces.Of(copy, placement.Segment).Start, (int)SegmentPlaces.Of(copy, placement.Segment).Footer.DataLength);

        CheckReport report = await DatabaseInspector.CheckAsync(copy, new InspectionOptions { MaxListed = 2 });

        Assert.Equal(2, report.Damage.Count);
        Assert.True(report.DamageCount > 2);
    }

    [Fact]
    public async Task Check_WhenFilesBelongToNobody_NotesThemAndFindsNothing()
    {
        string copy = fixture.NewCopy();
        File.Copy(Path.Combine(copy, fixture.SegmentIn(isLevel0: true).File), Path.Combine(copy, "009999.seg"));
        File.WriteAllText(Path.Combine(copy, "letter.txt"), "Dear reader");

        CheckReport report = await DatabaseInspector.CheckAsync(copy);

        Assert.True(report.IsGood);
        Assert.Contains(report.Notes, note => note.Contains("009999.seg", StringComparison.Ordinal));
        Assert.Contains(report.Notes, note => note.Contains("letter.txt", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Check_WhenCancelled_Stops()
    {
        using CancellationTokenSource stop = new();
        stop.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => DatabaseInspector.CheckAsync(fixture.NewCopy(), cancellationToken: stop.Token));
    }
}
