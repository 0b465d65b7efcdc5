using Basalt.Engine.Commit;

namespace Basalt.Engine.Tests.Commit;

public sealed class CommitQueueTests
{
    [Fact]
    public async Task Publish_WhenALaterCommitFinishesFirst_ShowsItOnlyAfterTheEarlierOne()
    {
        CommitQueue queue = new(visibleSequence: 10);
        long first = queue.Enter(11);
        long second = queue.Enter(15);

        Task later = Task.Run(() => queue.Publish(second));
        Assert.Equal(10ul, queue.VisibleSequence);
        queue.Publish(first);
        await later;

        Assert.Equal(15ul, queue.VisibleSequence);
    }

    [Fact]
    public void Publish_FromManyThreads_NeverSkipsAnUnfinishedCommit()
    {
        const int Writers = 4;
        const int CommitsEach = 20_000;
        CommitQueue queue = new(0);
        object commitLock = new();
        ulong last = 0;
        bool[] finished = new bool[(Writers * CommitsEach) + 1];

        Parallel.For(0, Writers, new ParallelOptions { MaxDegreeOfParallelism = Writers }, _ =>
        {
            for (int i = 0; i < CommitsEach; i++)
            {
                ulong sequence;
                long ticket;
                lock (commitLock)
                {
                    sequence = ++last;
                    ticket = queue.Enter(sequence);
                }

                Volatile.Write(ref finished[sequence], true);
                queue.Publish(ticket);
                Assert.True(queue.VisibleSequence >= sequence);
                Assert.True(Volatile.Read(ref finished[queue.VisibleSequence]));
            }
        });

        Assert.Equal((ulong)(Writers * CommitsEach), queue.VisibleSequence);
    }
}
