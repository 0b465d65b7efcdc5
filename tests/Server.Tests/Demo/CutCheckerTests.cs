using Basalt.Server.Demo;

namespace Basalt.Server.Tests.Demo;

public sealed class CutCheckerTests
{
    private static readonly CityObject[] Imported = [.. Enumerable.Range(1, 200).Select(id => CityObject.Imported(City(id)))];
    private static readonly LoggedWrite[] Writes = MakeWrites(500);

    [Fact]
    public void Check_WhenTheStateIsOfACutInTheWindow_FindsIt()
    {
        foreach (int cut in Enumerable.Range(0, Writes.Length + 1))
        {
            CutVerdict verdict = Check(State(cut), cut, cut);

            Assert.True(verdict.IsConsistent, string.Join('\n', verdict.Differences));
            Assert.Equal(cut, verdict.Cut);
            Assert.Equal(State(cut).Count, verdict.Compared);
        }
    }

    [Fact]
    public void Check_WhenTheWindowIsWide_FindsACutWithTheSameState()
    {
        CutVerdict verdict = Check(State(250), 100, 400);

        Assert.True(verdict.IsConsistent);
        Assert.Equal(State(250), State(verdict.Cut));
    }

    [Fact]
    public void Check_WhenAcknowledgedWritesAreMissing_SaysSo()
    {
        int put = LastPutBefore(250);

        CutVerdict verdict = Check(State(put), put + 50, 400);

        Assert.False(verdict.IsConsistent);
        Assert.Contains("acknowledged writes are missing", verdict.Differences[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Check_WhenLaterWritesAreInside_SaysSo()
    {
        int put = LastPutBefore(250);

        CutVerdict verdict = Check(State(put), 100, put - 1);

        Assert.False(verdict.IsConsistent);
        Assert.Contains("after the cut", verdict.Differences[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Check_WhenAnyWriteBelowTheCutIsLost_DetectsIt()
    {
        const int Cut = 300;
        foreach (int lost in Enumerable.Range(0, Cut))
        {
            LoggedWrite[] others = [.. Writes.Take(Cut).Where((_, index) => index != lost)];
            Dictionary<Guid, CityObject> state = CutChecker.StateAfter(Imported, others, others.Length);

            // A write that a later one of the same object covers leaves no trace, so losing it changes nothing.
            bool traceless = Same(state, State(Cut));
            Assert.Equal(traceless, Check(state, Cut, Cut).IsConsistent);
        }
    }

    [Fact]
    public void Check_WhenAnyObjectIsMissing_DetectsIt()
    {
        foreach (Guid id in State(300).Keys)
        {
            Dictionary<Guid, CityObject> state = State(300);
            state.Remove(id);

            CutVerdict verdict = Check(state, 300, 300);

            Assert.False(verdict.IsConsistent);
        }
    }

    [Fact]
    public void Check_WhenOnePropertyDiffers_NamesTheObjectAndBothValues()
    {
        Dictionary<Guid, CityObject> state = State(300);
        Guid id = state.Keys.First();
        CityObject right = state[id];
        state[id] = right with { City = right.City with { Longitude = right.City.Longitude + 0.00001 } };

        CutVerdict verdict = Check(state, 300, 300);

        Assert.Equal(2, verdict.Differences.Length);
        Assert.Contains("1 of ", verdict.Differences[0], StringComparison.Ordinal);
        Assert.Contains($"object {id} is {state[id]}; expected {right}", verdict.Differences[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Check_WhenAVectorIsOfAnotherWrite_DetectsIt()
    {
        Dictionary<Guid, CityObject> state = State(300);
        CityObject updated = state.Values.First(value => value.Version > 0);
        state[updated.Id] = updated with { Vector = CityVector.Of(updated.City with { Population = updated.City.Population - 1 }) };

        CutVerdict verdict = Check(state, 300, 300);

        Assert.False(verdict.IsConsistent);
        Assert.Contains($"object {updated.Id}", verdict.Differences[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Check_WhenAnObjectShouldNotExist_NamesIt()
    {
        Dictionary<Guid, CityObject> state = State(300);
        CityObject extra = CityObject.Imported(City(9999));
        state[extra.Id] = extra;

        CutVerdict verdict = Check(state, 300, 300);

        Assert.Contains($"object {extra.Id} should not exist", verdict.Differences[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Check_WhenNothingWasRestored_IsInconsistent() =>
        Assert.False(Check([], 0, 0).IsConsistent);

    private static CutVerdict Check(Dictionary<Guid, CityObject> restored, int acknowledged, int started) =>
        CutChecker.Check(Imported, Writes, new CutWindow(acknowledged, started), restored);

    private static Dictionary<Guid, CityObject> State(int cut) => CutChecker.StateAfter(Imported, Writes, cut);

    private static bool Same(Dictionary<Guid, CityObject> one, Dictionary<Guid, CityObject> other) =>
        one.Count == other.Count && one.All(pair => other.TryGetValue(pair.Key, out CityObject? value) && value == pair.Value);

    private static int LastPutBefore(int number)
    {
        while (Writes[number - 1].State is null)
        {
            number--;
        }

        return number;
    }

    private static LoggedWrite[] MakeWrites(int count)
    {
        WriteWorkload workload = new(Imported, seed: 7);
        return [.. Enumerable.Range(0, count).Select(_ => workload.Next())];
    }

    private static City City(int id) => new(id, $"Town {id}", "XX", "01", "PPL", id * 10, id / 100d, -id / 100d);
}
