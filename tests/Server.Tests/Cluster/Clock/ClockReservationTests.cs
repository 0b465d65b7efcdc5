using Basalt.Server.Cluster.Clock;

namespace Basalt.Server.Tests.Cluster.Clock;

/// <summary>What is stored is always later than what the clock shows, and only goes forward.</summary>
public sealed class ClockReservationTests
{
    private readonly List<HybridTime> _stored = [];

    [Fact]
    public void Cover_OfAFirstInstant_StoresALaterOneFirst()
    {
        var reservation = new ClockReservation(default, _stored.Add);

        reservation.Cover(HybridTime.At(1_000));

        Assert.Equal([HybridTime.At(3_000)], _stored);
    }

    [Fact]
    public void Cover_NearTheBound_StoresTheNextWithoutBeingWaitedFor()
    {
        using var disk = new ManualResetEventSlim();
        var reservation = new ClockReservation(HybridTime.At(3_000), bound =>
        {
            disk.Wait();
            _stored.Add(bound);
        });

        for (int time = 2_000; time < 3_000; time++)
        {
            reservation.Cover(HybridTime.At(time));
        }

        Assert.Empty(_stored);
        disk.Set();
        reservation.Complete();
        Assert.Equal([HybridTime.At(4_000)], _stored);
    }

    [Fact]
    public void Cover_ThatLeapsPastTheBoundWhileTheNextIsBeingStored_StoresTheLaterOneLast()
    {
        using var disk = new ManualResetEventSlim();
        var reservation = new ClockReservation(HybridTime.At(3_000), bound =>
        {
            disk.Wait();
            _stored.Add(bound);
        });
        reservation.Cover(HybridTime.At(2_500));
        disk.Set();

        reservation.Cover(HybridTime.At(60_000));

        Assert.Equal([HybridTime.At(4_000), HybridTime.At(62_000)], _stored);
    }

    [Fact]
    public void Cover_WhenStoringFailed_FailsUntilItSucceeds()
    {
        bool isBroken = true;
        var reservation = new ClockReservation(default, bound =>
        {
            if (isBroken)
            {
                throw new IOException("the disk is gone");
            }

            _stored.Add(bound);
        });

        Assert.Throws<IOException>(Cover);
        isBroken = false;
        Cover();

        Assert.Equal([HybridTime.At(3_000)], _stored);

        void Cover() => reservation.Cover(HybridTime.At(1_000));
    }

    [Fact]
    public void Cover_OfAnyWalk_NeverShowsWhatIsNotCovered()
    {
        var random = new Random(1);
        HybridTime last = default;
        ulong stored = 0;
        bool isOrdered = true;
        var reservation = new ClockReservation(default, bound =>
        {
            isOrdered &= bound.Value > Volatile.Read(ref stored);
            Volatile.Write(ref stored, bound.Value);
        });

        for (int i = 0; i < 20_000; i++)
        {
            last = random.Next(100) == 0 ? last.After(TimeSpan.FromMilliseconds(random.Next(5_000))) : last.Next.After(TimeSpan.FromMilliseconds(random.Next(3)));
            reservation.Cover(last);
            Assert.True(Volatile.Read(ref stored) > last.Value, $"step {i}: {last} is shown, {stored:x16} is stored");
        }

        reservation.Complete();
        Assert.True(isOrdered);
    }
}
