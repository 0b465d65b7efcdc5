using Basalt.Backup.Backends;

namespace Basalt.Backup.Tests.Backends;

public sealed class ConcurrencyLimiterTests
{
    private readonly ConcurrencyLimiter _limiter = new();

    [Fact]
    public async Task Run_WhenTheStoreGetsTooMany_HalvesOncePerRound()
    {
        await RefuseAsync(calls: 8);

        Assert.Equal(4, _limiter.Limit);
        await RefuseAsync(calls: 4);
        Assert.Equal(2, _limiter.Limit);
        await RefuseAsync(calls: 2);
        await RefuseAsync(calls: 1);
        Assert.Equal(1, _limiter.Limit);
    }

    [Fact]
    public async Task Run_WhenTheLimitIsReached_WaitsForATurn()
    {
        await RefuseAsync(calls: 2);
        var first = new TaskCompletionSource<int>();
        Task<int> running = _limiter.RunAsync(() => first.Task, CancellationToken.None);

        Task<int> waiting = _limiter.RunAsync(() => Task.FromResult(2), CancellationToken.None);

        Assert.False(waiting.IsCompleted);
        first.SetResult(1);
        Assert.Equal((1, 2), (await running, await waiting));
    }

    [Fact]
    public async Task Run_WhenOneThatWaitsIsCanceled_GivesItsTurnToTheNext()
    {
        await RefuseAsync(calls: 2);
        var first = new TaskCompletionSource<int>();
        using var cancellation = new CancellationTokenSource();
        Task<int> running = _limiter.RunAsync(() => first.Task, CancellationToken.None);
        Task<int> canceled = _limiter.RunAsync(() => Task.FromResult(2), cancellation.Token);
        Task<int> next = _limiter.RunAsync(() => Task.FromResult(3), CancellationToken.None);

        await cancellation.CancelAsync();
        first.SetResult(1);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => canceled);
        Assert.Equal(3, await next);
        Assert.Equal(1, await running);
    }

    [Fact]
    public async Task Run_WhenCallsSucceed_RaisesTheLimitAgain()
    {
        await RefuseAsync(calls: 2);

        for (int i = 0; i < 3; i++)
        {
            await _limiter.RunAsync(() => Task.FromResult(i), CancellationToken.None);
        }

        Assert.Equal(2, _limiter.Limit);
    }

    [Fact]
    public async Task Run_WhenCallsFailOtherwise_KeepsTheLimit()
    {
        int before = _limiter.Limit;

        await Assert.ThrowsAsync<BackupBackendException>(() => _limiter.RunAsync<int>(
            () => throw new BackupBackendException("key", "reset", isTransient: true), CancellationToken.None));

        Assert.Equal(before, _limiter.Limit);
    }

    /// <summary>So many calls at a time, all of which the store refuses.</summary>
    private async Task RefuseAsync(int calls)
    {
        var refusal = new TaskCompletionSource<int>();
        Task<int>[] running = [.. Enumerable.Range(0, calls).Select(_ => _limiter.RunAsync(() => refusal.Task, CancellationToken.None))];
        refusal.SetException(new BackupBackendException("key", "slow down", isTransient: true) { IsThrottled = true });
        foreach (Task<int> call in running)
        {
            await Assert.ThrowsAsync<BackupBackendException>(() => call);
        }
    }
}
