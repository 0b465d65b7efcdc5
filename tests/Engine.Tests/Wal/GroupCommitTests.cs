using Basalt.Engine.Wal;

namespace Basalt.Engine.Tests.Wal;

public sealed class GroupCommitTests
{
    [Fact]
    public void Wait_WhenOneSyncFailedWhileOthersWait_IsNeverServedByAnotherSync()
    {
        // A second sync would report success for pages that the system dropped. Many rounds, because the gap was a few instructions wide.
        for (int round = 0; round < 300; round++)
        {
            int syncs = 0;
            using Barrier start = new(4);
            GroupCommit commits = new(() => Interlocked.Increment(ref syncs) == 1
                ? throw new DatabaseException(DatabaseError.InputOutput, "The disk failed.")
                : new LogPosition(1, 100));

            int refused = 0;
            Thread[] waiters = [.. Enumerable.Range(1, 4).Select(offset => new Thread(() =>
            {
                start.SignalAndWait();
                try
                {
                    commits.Wait(new LogPosition(1, offset));
                }
                catch (DatabaseException exception) when (exception.Error == DatabaseError.WritesRefused)
                {
                    Interlocked.Increment(ref refused);
                }
            }))];
            Array.ForEach(waiters, waiter => waiter.Start());
            Array.ForEach(waiters, waiter => waiter.Join());

            Assert.Equal((1, 4), (syncs, refused));
        }
    }

    [Fact]
    public async Task WaitAsync_WhenManyWaitAtOnce_SharesSyncs()
    {
        using ManualResetEventSlim firstMayEnd = new();
        int syncs = 0;
        GroupCommit commits = new(() =>
        {
            if (Interlocked.Increment(ref syncs) == 1)
            {
                firstMayEnd.Wait();
            }

            return new LogPosition(1, 100);
        });

        Task first = commits.WaitAsync(new LogPosition(1, 1), CancellationToken.None).AsTask();
        Task[] others = [.. Enumerable.Range(2, 50).Select(offset => commits.WaitAsync(new LogPosition(1, offset), CancellationToken.None).AsTask())];
        firstMayEnd.Set();
        await Task.WhenAll([first, .. others]);

        Assert.InRange(syncs, 1, 2);
        Assert.Equal(new LogPosition(1, 100), commits.Durable);
    }

    [Fact]
    public async Task Wait_WhenWritersOfBothKindsComeBackAgainAndAgain_ReturnsOnlyWhenDurable()
    {
        const int Writers = 4;
        const int Writes = 300;
        long appended = 0;
        int syncs = 0;
        GroupCommit commits = new(() =>
        {
            Interlocked.Increment(ref syncs);
            LogPosition reached = new(1, Volatile.Read(ref appended));
            Thread.SpinWait(2_000);
            return reached;
        });

        Task[] blocking = [.. Enumerable.Range(0, Writers).Select(_ => Task.Factory.StartNew(
            () =>
            {
                for (int i = 0; i < Writes; i++)
                {
                    LogPosition position = new(1, Interlocked.Increment(ref appended));
                    commits.Wait(position);
                    Assert.True(position <= commits.Durable);
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default))];
        Task[] asynchronous = [.. Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; i < Writes; i++)
            {
                LogPosition position = new(1, Interlocked.Increment(ref appended));
                await commits.WaitAsync(position, CancellationToken.None);
                Assert.True(position <= commits.Durable);
            }
        }))];
        await Task.WhenAll([.. blocking, .. asynchronous]);

        Assert.Equal(new LogPosition(1, 2 * Writers * Writes), commits.Durable);
        Assert.InRange(syncs, 1, 2 * Writers * Writes);
    }

    [Fact]
    public async Task Wait_ForAPositionThatWasDurableBeforeTheFailure_StillSucceeds()
    {
        bool fails = false;
        GroupCommit commits = new(() => fails ? throw new DatabaseException("The disk failed.") : new LogPosition(1, 10));
        commits.Wait(new LogPosition(1, 10));
        fails = true;
        Assert.Throws<DatabaseException>(() => commits.Wait(new LogPosition(1, 11)));

        commits.Wait(new LogPosition(1, 9));
        await commits.WaitAsync(new LogPosition(1, 10), CancellationToken.None);

        DatabaseException exception = await Assert.ThrowsAsync<DatabaseException>(
            async () => await commits.WaitAsync(new LogPosition(1, 12), CancellationToken.None));
        Assert.Equal(DatabaseError.WritesRefused, exception.Error);
    }
}
