using Basalt.Engine.Memory;

namespace Basalt.Engine.Tests.Memory;

public sealed unsafe class ArenaPoolTests
{
    private const long Standard = 1 << 20;

    [Fact]
    public void Rent_WhenStandardSuffices_ThenArenaHasStandardCapacity()
    {
        using var pool = new ArenaPool(Standard);

        using NativeArena arena = pool.Rent(1000);

        Assert.Equal(Standard, arena.Capacity);
    }

    [Fact]
    public void Rent_WhenArenaWasReturned_ThenItComesBackEmpty()
    {
        using var pool = new ArenaPool(Standard);
        NativeArena first = pool.Rent(0);
        first.Allocate(500);

        pool.Return(first);
        NativeArena second = pool.Rent(0);

        Assert.Same(first, second);
        Assert.Equal(NativeArena.ReservedBytes, second.Used);
        pool.Return(second);
    }

    [Fact]
    public void Rent_WhenMoreThanStandardIsNeeded_ThenArenaIsMadeToMeasureAndFreedOnReturn()
    {
        using var pool = new ArenaPool(Standard);

        NativeArena large = pool.Rent(Standard + 1);
        pool.Return(large);

        Assert.Equal(Standard + 1, large.Capacity);
        Assert.True(large.Start == null);
        NativeArena next = pool.Rent(0);
        Assert.NotSame(large, next);
        pool.Return(next);
    }

    [Fact]
    public void Return_WhenASpareIsKept_ThenTheSecondIsFreed()
    {
        using var pool = new ArenaPool(Standard);
        NativeArena first = pool.Rent(0);
        NativeArena second = pool.Rent(0);

        pool.Return(first);
        pool.Return(second);

        Assert.True(first.Start != null);
        Assert.True(second.Start == null);
    }

    [Fact]
    public void Dispose_WhenArenasAreOut_ThenTheyAreFreedWhenReturned()
    {
        var pool = new ArenaPool(Standard);
        NativeArena kept = pool.Rent(0);
        NativeArena arenaOut = pool.Rent(0);
        pool.Return(kept);

        pool.Dispose();
        bool isOutAlive = arenaOut.Start != null;
        pool.Return(arenaOut);

        Assert.True(kept.Start == null);
        Assert.True(isOutAlive);
        Assert.True(arenaOut.Start == null);
        Assert.Throws<ObjectDisposedException>(() => pool.Rent(0));
    }
}
