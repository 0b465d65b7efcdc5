using Basalt.Server.Cluster.Clock;
using Basalt.Tests.Support;

namespace Basalt.Server.Tests.Cluster.Clock;

/// <summary>What the gate in a node's clock lets pass, and when.</summary>
public sealed class CausalClockTests
{
    private readonly TurnedClock _time = new();

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public void Clock_ThatStandsStill_GoesForwardAllTheSame()
    {
        var clock = new CausalClock(_time);

        HybridTime first = clock.Now();
        HybridTime second = clock.Now();

        Assert.True(first < second);
    }

    [Fact]
    public void Clock_WhoseBoundIsFarAhead_BeginsNoLaterThanOthersBelieve()
    {
        var clock = new CausalClock(_time, HybridTime.At((long)TimeSpan.FromDays(4_000).TotalMilliseconds), _ => { });

        long ahead = clock.Now().Milliseconds - _time.GetUtcNow().ToUnixTimeMilliseconds();

        Assert.Equal((long)CausalClock.MostAhead.TotalMilliseconds, ahead);
    }

    [Fact]
    public async Task Clock_ThatIsShownALaterOne_IsLaterThanThat()
    {
        var clock = new CausalClock(_time);
        HybridTime seen = HybridTime.At(5_000);

        Assert.True(await clock.EnterAsync(seen, None));

        Assert.True(clock.Now() > seen);
    }

    [Fact]
    public async Task Clock_ThatIsShownOneFarAhead_RefusesAndStaysAsItIs()
    {
        var clock = new CausalClock(_time);
        HybridTime far = HybridTime.At((long)CausalClock.MostAhead.TotalMilliseconds + 1);

        Assert.False(await clock.EnterAsync(far, None));

        Assert.True(clock.Now() < far);
    }

    [Fact]
    public async Task Cut_WhoseTimeComes_IsMadeByItself()
    {
        var clock = new CausalClock(_time);
        using ArmedCut cut = clock.Arm(HybridTime.At(1_000), () => Task.CompletedTask)!;

        _time.Turn(TimeSpan.FromMilliseconds(1_000));

        await cut.Made;
        Assert.True(clock.Now() > HybridTime.At(1_000));
    }

    [Fact]
    public async Task Request_FromBehindTheInstant_WaitsUntilTheCutIsMade()
    {
        var clock = new CausalClock(_time);
        var permission = new TaskCompletionSource();
        using ArmedCut cut = clock.Arm(HybridTime.At(1_000), () => permission.Task)!;

        Task<bool> before = clock.EnterAsync(HybridTime.At(999), None).AsTask();
        Task<bool> behind = clock.EnterAsync(HybridTime.At(1_000), None).AsTask();
        bool isLetInEarly = behind.IsCompleted;
        permission.SetResult();

        Assert.True(await before);
        Assert.True(await behind);
        Assert.False(isLetInEarly);
        Assert.True(cut.Made.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Request_WithoutAClock_AfterTheInstant_WaitsForTheCutToo()
    {
        var clock = new CausalClock(_time);
        var permission = new TaskCompletionSource();
        using ArmedCut cut = clock.Arm(HybridTime.At(1_000), () => permission.Task)!;

        _time.Turn(TimeSpan.FromSeconds(2), firesTimers: false);
        Task<bool> late = clock.EnterAsync(null, None).AsTask();
        bool isLetInEarly = late.IsCompleted;
        permission.SetResult();

        Assert.True(await late);
        Assert.False(isLetInEarly);
    }

    [Fact]
    public async Task Clock_PastTheInstant_IsNotArmed()
    {
        var clock = new CausalClock(_time);
        await clock.EnterAsync(HybridTime.At(1_000), None);

        Assert.Null(clock.Arm(HybridTime.At(1_000), () => Task.CompletedTask));
    }

    [Fact]
    public async Task Gate_OfACutThatFailed_OpensAndTellsWhoArmedIt()
    {
        var clock = new CausalClock(_time);
        using ArmedCut cut = clock.Arm(HybridTime.At(1_000), () => throw new InvalidOperationException("no"))!;

        Assert.True(await clock.EnterAsync(HybridTime.At(2_000), None));

        await Assert.ThrowsAsync<InvalidOperationException>(() => cut.Made);
    }

    [Fact]
    public async Task Gate_OfACutThatWasGivenUp_Opens()
    {
        var clock = new CausalClock(_time);
        ArmedCut cut = clock.Arm(HybridTime.At(1_000), () => throw new InvalidOperationException("not to be made"))!;

        cut.Dispose();

        Assert.True(await clock.EnterAsync(HybridTime.At(2_000), None));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cut.Made);
    }

    [Theory]
    [InlineData("0000000000001000", true)]
    [InlineData("1000", false)]
    [InlineData("000000000000100g", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Time_AsText_IsReadBackExactly(string? text, bool isTime)
    {
        Assert.Equal(isTime, HybridTime.TryParse(text, out HybridTime time));
        Assert.True(!isTime || time.ToString() == text);
    }
}
