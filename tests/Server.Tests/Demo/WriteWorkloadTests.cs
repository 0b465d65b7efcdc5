using Basalt.Server.Demo;

namespace Basalt.Server.Tests.Demo;

public sealed class WriteWorkloadTests
{
    private static readonly CityObject[] Imported =
        [.. Enumerable.Range(1, 50).Select(id => CityObject.Imported(new City(id, "Town", "XX", "", "PPL", 0, 1.5, 2.5)))];

    [Fact]
    public void Next_WhenTheSeedIsTheSame_IsTheSame()
    {
        WriteWorkload one = new(Imported, seed: 3);
        WriteWorkload other = new(Imported, seed: 3);

        Assert.All(Enumerable.Range(0, 1000), _ => Assert.Equal(one.Next(), other.Next()));
    }

    [Fact]
    public void Next_WhenItSetsAnObject_NumbersItByItsPlaceInTheLog()
    {
        WriteWorkload workload = new(Imported, seed: 3);

        LoggedWrite[] writes = [.. Enumerable.Range(0, 1000).Select(_ => workload.Next())];

        Assert.All(writes.Select((write, index) => (write, index)), pair =>
            Assert.True(pair.write.State is null || (pair.write.State.Version == pair.index + 1 && pair.write.State.Id == pair.write.Id)));
    }

    [Fact]
    public void Next_WhenItDeletes_DeletesALiveObject()
    {
        WriteWorkload workload = new(Imported, seed: 3);
        HashSet<Guid> live = [.. Imported.Select(value => value.Id)];
        int deleted = 0;
        int inserted = 0;

        for (int i = 0; i < 5000; i++)
        {
            LoggedWrite write = workload.Next();
            if (write.State is null)
            {
                Assert.True(live.Remove(write.Id));
                deleted++;
            }
            else if (live.Add(write.Id))
            {
                inserted++;
            }
        }

        Assert.InRange(deleted, 300, 700);
        Assert.InRange(inserted, 700, 1300);
    }
}
