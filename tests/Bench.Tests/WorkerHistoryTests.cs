using Basalt.Bench.Stress.Client;

namespace Basalt.Bench.Tests;

/// <summary>The truth that a stressed server is checked against.</summary>
public sealed class WorkerHistoryTests
{
    private const int Objects = 4;

    private readonly WorkerHistory _history = new(0, Objects);

    [Fact]
    public void FindCut_WhenTheStateIsOfARequestBetween_FindsIt()
    {
        Write(1, 2);
        Write(2, 3);
        Delete(1);
        Write(1);

        Assert.Null(Cut(1, 4, (1, 1), (2, 2), (3, 2)));
        Assert.Null(Cut(1, 4, (2, 2), (3, 2)));
        Assert.Null(Cut(1, 4, (1, 4), (2, 2), (3, 2)));
    }

    [Fact]
    public void FindCut_WhenAnEarlierWriteIsMissing_SaysSo()
    {
        Write(1);
        Write(2);
        Write(1);

        Assert.Contains("no request from 0 to 3 is a cut", Cut(0, 3, (1, 3))!, StringComparison.Ordinal);
    }

    [Fact]
    public void FindCut_WhenHalfOfARequestIsThere_SaysSo()
    {
        Write(1, 2);
        Write(1, 2);

        Assert.NotNull(Cut(0, 2, (1, 2), (2, 1)));
    }

    [Fact]
    public void FindCut_WhenTheStateIsBeforeOrBehindTheBounds_SaysSo()
    {
        Write(1);
        Write(1);
        Write(1);

        Assert.NotNull(Cut(2, 3, (1, 1)));
        Assert.NotNull(Cut(1, 2, (1, 3)));
        Assert.Null(Cut(2, 2, (1, 2)));
    }

    [Fact]
    public void FindCut_WhenADeletedObjectIsThere_SaysSo()
    {
        Write(1);
        Delete(1);

        Assert.NotNull(Cut(2, 2, (1, 1)));
    }

    [Fact]
    public void Resolve_WhenARequestWasNotCarriedOut_ForgetsIt()
    {
        Write(1);
        _history.Begin(request => [(1, new ObjectState(request, request)), (2, new ObjectState(request, request))]);

        _history.Resolve(_ => false);

        Assert.Equal(new ObjectState(1, 1), _history.Last(1));
        Assert.Equal(ObjectState.Absent, _history.Last(2));
        Assert.Empty(_history.Pending);
        Assert.Equal(2, _history.Acknowledged);
    }

    private string? Cut(long first, long last, params (int Number, long Version)[] states) => _history.FindCut(
        states.ToDictionary(each => each.Number, each => new ObjectState(each.Version, each.Version)), number => number < Objects, first, last);

    private void Write(params int[] numbers)
    {
        _history.Begin(request => [.. numbers.Select(number => (number, new ObjectState(request, request)))]);
        _history.Acknowledge();
    }

    private void Delete(int number)
    {
        _history.Begin(_ => [(number, ObjectState.Absent)]);
        _history.Acknowledge();
    }
}
