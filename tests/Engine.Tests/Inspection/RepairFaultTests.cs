using Basalt.Engine.Manifest;
using Basalt.Engine.Tests.Support;

namespace Basalt.Engine.Tests.Inspection;

/// <summary>Any call of a repair fails: the database is as it was or repaired, and another repair ends the work.</summary>
public sealed class RepairFaultTests(DamagedFixture fixture) : IClassFixture<DamagedFixture>
{
    private const int MostCalls = 500;

    [Fact]
    public async Task Repair_WhenAnyCallFails_LeavesTheOldStateOrTheNewOne()
    {
        int failed = 0;
        for (int call = 1; call < MostCalls; call++)
        {
            string copy = fixture.NewCopy();
            (SegmentPlacement placement, string file) = fixture.SegmentIn(isLevel0: true);
            Harm.Flip(Path.Combine(copy, file), SegmentPlaces.Of(copy, placement.Segment).Find("block").Inside);
            Harm.Flip(DamagedFixture.Logs(copy)[1], 10_000);
            Harm.Flip(Path.Combine(copy, "CURRENT"), 2);
            Dictionary<string, string> before = Harm.Contents(copy);
            FailingCall failing = new(call);
            RepairReport? first = null;
            try
            {
                first = await DatabaseRepairer.RepairAsync(copy, new RepairOptions { Inspection = new InspectionOptions { FileSystem = failing.FileSystem } });
            }
            catch (DatabaseException exception)
            {
                Assert.Equal(DatabaseError.InputOutput, exception.Error);
                failed++;
            }

            if (failing.Failed is null)
            {
                break;
            }

            // Whatever was damaged is still somewhere.
            ICollection<string> bytes = Harm.Contents(copy).Values;
            Assert.True(before.Where(entry => entry.Key != "LOCK").All(entry => bytes.Contains(entry.Value)), failing.Failed);
            RepairReport second = await DatabaseRepairer.RepairAsync(copy);
            if (second.IsNeeded)
            {
                await RepairVerification.VerifyAsync(copy, fixture.Oracle, second, failing.Failed);
            }
            else
            {
                using Database database = Database.Open(copy, DamagedFixture.Options);
                fixture.Oracle.Verify(database, first?.Losses ?? await LossesAsync(), failing.Failed);
            }

            Directory.Delete(copy, recursive: true);
        }

        Assert.InRange(failed, 15, MostCalls);

        async Task<IReadOnlyList<Loss>> LossesAsync()
        {
            string copy = fixture.NewCopy();
            (SegmentPlacement placement, string file) = fixture.SegmentIn(isLevel0: true);
            Harm.Flip(Path.Combine(copy, file), SegmentPlaces.Of(copy, placement.Segment).Find("block").Inside);
            Harm.Flip(DamagedFixture.Logs(copy)[1], 10_000);
            return (await DatabaseRepairer.RepairAsync(copy, new RepairOptions { IsDryRun = true })).Losses;
        }
    }

    [Fact]
    public async Task Repair_WhenTheFileSystemHasNoSecondNames_CopiesWhatItSetsAside()
    {
        string copy = fixture.NewCopy();
        (SegmentPlacement placement, string file) = fixture.SegmentIn(isLevel0: true);
        Harm.Flip(Path.Combine(copy, file), SegmentPlaces.Of(copy, placement.Segment).Find("block").Inside);
        byte[] damaged = File.ReadAllBytes(Path.Combine(copy, file));
        InterceptedFileSystem files = new((call, path) =>
        {
            if (call == "Link")
            {
                throw new DatabaseException(DatabaseError.InputOutput, "link failed: Operation not permitted", path);
            }
        });

        RepairReport report = await DatabaseRepairer.RepairAsync(copy, new RepairOptions { Inspection = new InspectionOptions { FileSystem = files } });

        Assert.Equal(damaged, File.ReadAllBytes(Path.Combine(report.LostFolder!, file)));
        await RepairVerification.VerifyAsync(copy, fixture.Oracle, report, "copy");
    }
}
