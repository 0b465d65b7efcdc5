using System.Diagnostics;

namespace Basalt.Server.Demo;

/// <summary>Writes one object after the other, as fast as the server acknowledges, until it is stopped.</summary>
internal sealed class LiveWriter : IAsyncDisposable
{
    private readonly RestClient _client;
    private readonly WriteWorkload _workload;
    private readonly Task _writing;
    private volatile bool _isStopping;

    private LiveWriter(RestClient client, WriteWorkload workload)
    {
        _client = client;
        _workload = workload;
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Everything it has sent.</summary>
    public WriteLog Log { get; } = new();

    public static LiveWriter Start(RestClient client, WriteWorkload workload) => new(client, workload);

    /// <summary>Lets it write for a while.</summary>
    /// <returns>The writes of that time.</returns>
    /// <exception cref="DemoFailureException">A write was refused.</exception>
    public async Task<CutWindow> WriteForAsync(TimeSpan duration, IStepProgress progress, CancellationToken cancellationToken)
    {
        TimeSpan pollInterval = TimeSpan.FromMilliseconds(50);
        int first = Log.Acknowledged;
        long started = Stopwatch.GetTimestamp();
        for (TimeSpan elapsed = TimeSpan.Zero; elapsed < duration; elapsed = Stopwatch.GetElapsedTime(started))
        {
            await Task.Delay(pollInterval, TimeProvider.System, cancellationToken);
            await ThrowIfFailedAsync();
            progress.Report(elapsed / duration, $"{Figure.Count(Log.Acknowledged - first)} writes");
        }

        return new CutWindow(first, Log.Acknowledged);
    }

    /// <summary>A writer that has ended before it was told to has failed.</summary>
    /// <exception cref="DemoFailureException">A write was refused.</exception>
    public Task ThrowIfFailedAsync() => _writing.IsCompleted ? _writing : Task.CompletedTask;

    /// <summary>Stops after the write in flight: every write of the log is then acknowledged. Idempotent.</summary>
    /// <exception cref="DemoFailureException">A write was refused.</exception>
    public Task StopAsync()
    {
        _isStopping = true;
        return _writing;
    }

    /// <summary>Stops it without another word about a failure, which <see cref="StopAsync"/> tells.</summary>
    public async ValueTask DisposeAsync()
    {
        _isStopping = true;
        await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task WriteAsync()
    {
        while (!_isStopping)
        {
            LoggedWrite write = _workload.Next();
            Log.Begin(write);
            long started = Stopwatch.GetTimestamp();

            // Never canceled: the outcome of a write that was given up half way would be unknown.
            await _client.WriteAsync(write, CancellationToken.None);
            Log.Acknowledge(Stopwatch.GetElapsedTime(started));
        }
    }
}
