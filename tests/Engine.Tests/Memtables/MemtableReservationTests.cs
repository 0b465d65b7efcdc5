using Basalt.Engine.Keys;
using Basalt.Engine.Memory;
using Basalt.Engine.Memtables;

namespace Basalt.Engine.Tests.Memtables;

public sealed class MemtableReservationTests
{
    [Fact]
    public void TryBeginInsert_WhenReservationsFillTheArena_ThenTheNextIsRefusedAndEveryInsertFits()
    {
        using var fixture = new MemtableFixture(64 << 10);
        long bytes = Memtable.BytesFor(3, 40);
        int begun = 0;
        while (fixture.Table.TryBeginInsert(bytes))
        {
            begun++;
        }

        for (int i = 0; i < begun; i++)
        {
            fixture.Table.Insert(1, [1, 2, 3], InternalKey.Pack((ulong)i, ValueKind.Put), new byte[40]);
        }

        Assert.Equal((int)(((64 << 10) - Memtable.EmptyBytes) / bytes), begun);
        Assert.Equal(begun, fixture.Table.EntryCount);
        Assert.InRange(fixture.Table.UsedBytes, 1, fixture.Arena.Capacity);
    }

    [Fact]
    public void EndInsert_WhenReservationWasNotUsed_ThenItsRoomComesBack()
    {
        using var fixture = new MemtableFixture(64 << 10);
        long all = fixture.Arena.Capacity - fixture.Table.UsedBytes;

        Assert.True(fixture.Table.TryBeginInsert(all));
        Assert.False(fixture.Table.TryBeginInsert(1));
        fixture.Table.EndInsert(all);

        Assert.True(fixture.Table.TryBeginInsert(all));
        fixture.Table.EndInsert(all);
    }

    [Fact]
    public void BytesFor_WhenBatchFitsExactly_ThenAnArenaOfThatSizeHoldsIt()
    {
        long bytes = Memtable.BytesFor(0, 0) + Memtable.BytesFor(1, 1) + Memtable.BytesFor(17, 1000);
        using var pool = new ArenaPool(1 << 10);
        var table = new Memtable(pool.Rent(Memtable.EmptyBytes + bytes), pool);

        bool hasBegun = table.TryBeginInsert(bytes);

        Assert.True(hasBegun);
        table.EndInsert(bytes);
        table.Release();
    }

    [Fact]
    public void WaitForInserts_WhenNoneIsInFlight_ThenItReturns()
    {
        using var fixture = new MemtableFixture();
        fixture.Add(new ModelEntry(1, [1], 1, ValueKind.Put, [2]));

        fixture.Table.WaitForInserts();

        Assert.Equal(1, fixture.Table.EntryCount);
    }

    [Fact]
    public async Task WaitForInserts_WhenInsertsAreInFlight_ThenItSeesThemAll()
    {
        for (int round = 0; round < 200; round++)
        {
            using var fixture = new MemtableFixture(64 << 10);
            const int Writers = 3;
            long bytes = Memtable.BytesFor(4, 4);
            for (int i = 0; i < Writers; i++)
            {
                Assert.True(fixture.Table.TryBeginInsert(bytes));
            }

            Task[] writers = Enumerable.Range(0, Writers).Select(i => Task.Run(() =>
            {
                fixture.Table.Insert(1, BitConverter.GetBytes(i), InternalKey.Pack((ulong)i, ValueKind.Put), [1, 2, 3, 4]);
                fixture.Table.EndInsert(bytes);
            })).ToArray();

            fixture.Table.WaitForInserts();

            Assert.Equal(Writers, fixture.Flushed().Count);
            await Task.WhenAll(writers);
        }
    }

    [Fact]
    public async Task WaitForInserts_WhenAnInsertIsLate_ThenItWaitsForIt()
    {
        using var fixture = new MemtableFixture();
        long bytes = Memtable.BytesFor(1, 1);
        Assert.True(fixture.Table.TryBeginInsert(bytes));

        Task wait = Task.Factory.StartNew(
            fixture.Table.WaitForInserts, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        bool returnedEarly = wait.IsCompleted;
        fixture.Table.Insert(1, [1], InternalKey.Pack(1, ValueKind.Put), [1]);
        fixture.Table.EndInsert(bytes);
        await wait;

        Assert.False(returnedEarly);
        Assert.Single(fixture.Flushed());
    }

    [Fact]
    public void Release_WhenItIsTheLast_ThenArenaGoesBackToThePool()
    {
        using var pool = new ArenaPool(1 << 20);
        NativeArena arena = pool.Rent(0);
        var table = new Memtable(arena, pool);
        table.AddReference();

        table.Release();
        NativeArena whileReferenced = pool.Rent(0);
        table.Release();
        NativeArena afterwards = pool.Rent(0);

        Assert.NotSame(arena, whileReferenced);
        Assert.Same(arena, afterwards);
        pool.Return(whileReferenced);
        pool.Return(afterwards);
    }
}
