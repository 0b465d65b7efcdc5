using Basalt.Server.Shards;

namespace Basalt.Server.Tests.Cluster.Routing;

/// <summary>Calls to several nodes for one request.</summary>
public sealed class ScatterGatherTests
{
    [Fact]
    public async Task Calls_WhenOneFails_AreCancelledAndHaveEndedBeforeTheFailureIsTold()
    {
        bool hasEnded = false;
        var started = new TaskCompletionSource();

        Task<int[]> all = ScatterGather.RunAsync<int>([WaitAsync, FailAsync], default);

        InvalidOperationException told = await Assert.ThrowsAsync<InvalidOperationException>(() => all);
        Assert.Equal("first", told.Message);
        Assert.True(hasEnded);

        async Task<int> WaitAsync(CancellationToken stop)
        {
            started.SetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, stop);
            }
            catch (OperationCanceledException)
            {
                // What ends takes a moment.
                await Task.Yield();
            }

            hasEnded = true;
            throw new InvalidOperationException("second");
        }

        async Task<int> FailAsync(CancellationToken stop)
        {
            await started.Task;
            throw new InvalidOperationException("first");
        }
    }

    [Fact]
    public async Task Results_WhenAnotherCallFails_AreReleased()
    {
        List<int> released = [];
        var failure = new TaskCompletionSource<int>();

        Task<int[]> all = ScatterGather.RunAsync([_ => Task.FromResult(1), _ => failure.Task, _ => Task.FromResult(3)], default, released.Add);
        failure.SetException(new InvalidOperationException());

        await Assert.ThrowsAsync<InvalidOperationException>(() => all);
        Assert.Equal([1, 3], released);
    }

    [Fact]
    public async Task Calls_WhenOneThrowsBeforeItBegins_AreEnded()
    {
        bool hasEnded = false;

        await Assert.ThrowsAsync<InvalidOperationException>(() => ScatterGather.RunAsync<int>([WaitAsync, _ => throw new InvalidOperationException()], default));

        Assert.True(hasEnded);

        async Task<int> WaitAsync(CancellationToken stop)
        {
            await Task.Delay(Timeout.Infinite, stop).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            hasEnded = true;
            return 1;
        }
    }

    [Fact]
    public async Task Results_WhenAllSucceed_AreInTheOrderOfTheCalls()
    {
        var slow = new TaskCompletionSource<int>();

        Task<int[]> all = ScatterGather.RunAsync([_ => slow.Task, _ => Task.FromResult(2)], default);
        slow.SetResult(1);

        int[] results = await all;
        Assert.Equal([1, 2], results);
    }
}
