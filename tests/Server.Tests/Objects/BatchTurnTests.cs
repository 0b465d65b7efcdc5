using Basalt.Server.Objects;

namespace Basalt.Server.Tests.Objects;

public sealed class BatchTurnTests : IDisposable
{
    private readonly BatchAdmission _admission = new(1, TimeProvider.System, arrivingBytes: 100);

    public void Dispose() => _admission.Dispose();

    [Fact]
    public async Task MakeRoom_WhileAnotherHasTheTurn_NeedsNone()
    {
        using BatchTurn working = _admission.ForBatch();
        await working.EnterAsync(CancellationToken.None);
        using BatchTurn arriving = _admission.ForBatch();

        Assert.True(RoomAsync(arriving, 60).IsCompletedSuccessfully);
        Assert.True(RoomAsync(arriving, 100).IsCompletedSuccessfully);
        Assert.Equal(0, _admission.Waiting);
    }

    [Fact]
    public async Task MakeRoom_WhenTheMemoryIsUsedUp_TakesATurn()
    {
        using BatchTurn full = _admission.ForBatch();
        await RoomAsync(full, 100);
        BatchTurn first = _admission.ForBatch();
        using BatchTurn second = _admission.ForBatch();

        Assert.True(RoomAsync(first, 1).IsCompletedSuccessfully);
        Task waiting = RoomAsync(second, 1);

        Assert.False(waiting.IsCompleted);
        Assert.Equal(1, _admission.Waiting);
        first.Dispose();
        await waiting;
        await RoomAsync(second, 1_000_000);
    }

    [Fact]
    public async Task Enter_AfterTheBodyArrived_GivesItsMemoryToOthers()
    {
        using BatchTurn working = _admission.ForBatch();
        await RoomAsync(working, 100);

        await working.EnterAsync(CancellationToken.None);

        using BatchTurn arriving = _admission.ForBatch();
        Assert.True(RoomAsync(arriving, 100).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Dispose_WhatWasTaken_IsThereAgain()
    {
        for (int i = 0; i < 3; i++)
        {
            using BatchTurn turn = _admission.ForBatch();
            Assert.True(RoomAsync(turn, 100).IsCompletedSuccessfully);
            await turn.EnterAsync(CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(2));
        }
    }

    [Fact]
    public async Task MakeRoom_ForASmallObject_NeverWaits()
    {
        using BatchTurn full = _admission.ForBatch();
        await RoomAsync(full, 100);
        await full.EnterAsync(CancellationToken.None);
        using BatchTurn other = _admission.ForBatch();
        await RoomAsync(other, 100);
        using BatchTurn small = _admission.ForObject();
        using BatchTurn large = _admission.ForObject();

        Assert.True(RoomAsync(small, 64 << 10).IsCompletedSuccessfully);
        Task waiting = RoomAsync(large, 1 << 20);

        Assert.False(waiting.IsCompleted);
        full.Dispose();
        await waiting;
    }

    private static Task RoomAsync(BatchTurn turn, long bytes) => turn.MakeRoomAsync(bytes, CancellationToken.None).AsTask();
}
