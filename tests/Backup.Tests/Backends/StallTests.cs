using Basalt.Backup.Backends;
using Basalt.Backup.Tests.Support;
using Basalt.Backup.Transfers;
using Basalt.Tests.Support;

namespace Basalt.Backup.Tests.Backends;

/// <summary>Calls in which nothing moves end, and only those.</summary>
public sealed class StallTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(59);

    private readonly TurnedClock _clock = new();
    private readonly MemoryBackend _memory = new();
    private readonly InterceptedBackend _intercepted;

    public StallTests() => _intercepted = new InterceptedBackend(_memory);

    [Fact]
    public async Task TryPut_WhenTheStoreStandsStill_IsTriedAgain()
    {
        var stuck = new StuckBackend(_memory) { StuckCalls = 1 };
        RetryingBackend backend = Retrying(stuck, attempts: 2);

        Task<bool> put = backend.TryPutAsync("key", ObjectContent.FromBytes(new byte[] { 1 }));
        await stuck.Reached;
        _clock.Turn(Most);
        Assert.False(put.IsCompleted);
        _clock.Turn(Patience);

        Assert.True(await put);
        Assert.Equal(2, stuck.Calls);
    }

    [Theory]
    [InlineData("put")]
    [InlineData("open")]
    [InlineData("list")]
    [InlineData("delete")]
    public async Task AnyCall_WhenTheStoreStandsStillForGood_FailsWithTheTime(string call)
    {
        var stuck = new StuckBackend(_memory) { StuckCalls = int.MaxValue };
        RetryingBackend backend = Retrying(stuck, attempts: 1);
        Task running = call switch
        {
            "put" => backend.TryPutAsync("key", ObjectContent.FromBytes(new byte[] { 1 })),
            "open" => backend.OpenReadAsync("key"),
            "list" => backend.ListAsync("key").ToListAsync(),
            _ => backend.DeleteAsync("key"),
        };
        await stuck.Reached;

        _clock.Turn(Patience);

        var failure = await Assert.ThrowsAsync<BackupBackendException>(() => running);
        Assert.True(failure.IsTransient);
        Assert.Equal("key", failure.ObjectKey);
        Assert.Contains("60 seconds", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_WhenTheStreamStandsStill_GoesOnWhereItStopped()
    {
        await _memory.TryPutAsync("key", ObjectContent.FromBytes(new byte[] { 1, 2, 3, 4 }));
        var stuck = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int opened = 0;
        _intercepted.OnOpened = (_, stream) => opened++ == 0 ? new StuckStream(stream, 2, stuck) : stream;
        await using Stream stream = (await Retrying(_intercepted, attempts: 2).OpenReadAsync("key"))!;
        byte[] read = new byte[4];
        Task reading = stream.ReadExactlyAsync(read).AsTask();
        await stuck.Task;

        _clock.Turn(Patience);

        await reading;
        Assert.Equal(new byte[] { 1, 2, 3, 4 }, read);
    }

    [Fact]
    public async Task TryPut_WhenItsCallerCancels_IsCanceled()
    {
        var stuck = new StuckBackend(_memory) { StuckCalls = int.MaxValue };
        using var cancellation = new CancellationTokenSource();
        Task<bool> put = Retrying(stuck, attempts: 3).TryPutAsync("key", ObjectContent.FromBytes(new byte[] { 1 }), cancellation.Token);
        await stuck.Reached;

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => put);
        Assert.Equal(1, stuck.Calls);
    }

    [Fact]
    public void Watch_WhileTheSourceIsReadOrBytesMove_Waits()
    {
        using var watch = new StallWatch(Patience, _clock, CancellationToken.None);
        watch.Rest();
        _clock.Turn(Patience * 10);
        watch.Move();
        for (int i = 0; i < 10; i++)
        {
            _clock.Turn(Most);
            watch.Move();
        }

        Assert.False(watch.HasStalled);
        _clock.Turn(Patience);
        Assert.True(watch.HasStalled);
    }

    [Fact]
    public async Task Watch_OverACopy_KnowsWhoseTurnItIs()
    {
        using var watch = new StallWatch(Patience, _clock, CancellationToken.None);
        ObjectContent content = WatchedStream.Over(new ObjectContent(1, () => new ActingStream(() => _clock.Turn(Patience * 2))), watch);
        await using (Stream stream = content.Open())
        {
            await stream.CopyToAsync(Stream.Null);
        }

        Assert.False(watch.HasStalled);
        await using (Stream stream = WatchedStream.Over(ObjectContent.FromBytes(new byte[1]), watch).Open())
        {
            var store = new ActingStream(() => _clock.Turn(Patience));
            await stream.CopyToAsync(store);
        }

        Assert.True(watch.HasStalled);
    }

    private RetryingBackend Retrying(IBackupBackend inner, int attempts) =>
        new(inner, new RetryPolicy(attempts, new ImpatientClock()), new StallGuard(Patience, _clock));

    /// <summary>Does something whenever it is read or written; has one byte.</summary>
    private sealed class ActingStream(Action act) : MemoryStream(new byte[1])
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            act();
            return base.ReadAsync(buffer, cancellationToken);
        }

        public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
        {
            act();
            await destination.WriteAsync(new byte[1], cancellationToken);
            act();
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            act();
            return base.WriteAsync(buffer, cancellationToken);
        }
    }

    private sealed class StuckStream(Stream inner, int bytes, TaskCompletionSource reached) : ForwardStream
    {
        private int _rest = bytes;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_rest == 0)
            {
                reached.TrySetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            int read = await inner.ReadAsync(buffer[..Math.Min(buffer.Length, _rest)], cancellationToken);
            _rest -= read;
            return read;
        }
    }
}
