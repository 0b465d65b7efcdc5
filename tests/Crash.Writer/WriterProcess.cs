using Basalt.Engine;

namespace Basalt.Crash.Writer;

/// <summary>Opens the database, goes on counting where it left off, and does all that moves files about beside it.</summary>
public sealed class WriterProcess(WriterArguments arguments, Report report) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly long[] _counts = new long[arguments.Writers];
    private int _failures;

    /// <summary>Small enough that a second of writes brings flushes, compactions and recycled logs.</summary>
    public static DatabaseOptions Options(Durability durability) => new()
    {
        Durability = durability,
        MemtableBytes = 64 << 10,
        SegmentBytes = 64 << 10,
        LevelBaseBytes = 128 << 10,
        Level0CompactionTrigger = 3,
        BlockCacheBytes = 1 << 20,
    };

    public void Dispose() => _stop.Dispose();

    /// <returns>The exit code: 1 after a failure that the database reported.</returns>
    public async Task<int> RunAsync()
    {
        try
        {
            await using Database database = Database.Open(arguments.Directory, Options(arguments.Durability));
            CountedBatches batches = new(database);
            await RunAsync(database, batches);
            if (_failures > 0)
            {
                report.AfterFailure(TryWrite(database, batches));
            }
        }
        catch (DatabaseException exception)
        {
            Fail(exception);
        }

        if (_failures == 0)
        {
            report.Done();
        }

        return _failures == 0 ? 0 : 1;
    }

    private async Task RunAsync(Database database, CountedBatches batches)
    {
        for (int writer = 0; writer < arguments.Writers; writer++)
        {
            _counts[writer] = batches.CountOf(writer);
        }

        report.Ready();
        Task[] writers = [.. Enumerable.Range(0, arguments.Writers).Select(writer => Task.Factory.StartNew(
            () => Guarded(() => Write(database, batches, writer)), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        Disturbance disturbance = new(database, report, new Random(arguments.Seed), Counts);
        Task disturbing = Task.Run(() => GuardedAsync(() => disturbance.RunAsync(_stop.Token)));
        await Task.WhenAll(writers);
        await _stop.CancelAsync();
        await disturbing;
    }

    private void Write(Database database, CountedBatches batches, int writer)
    {
        WriteBatch batch = new();
        for (int i = 0; i < arguments.Batches && !_stop.IsCancellationRequested; i++)
        {
            long count = _counts[writer] + 1;
            batches.Fill(batch, writer, count);
            database.Write(batch);
            Volatile.Write(ref _counts[writer], count);
            report.Acknowledged(writer, count);
        }
    }

    private long[] Counts() => [.. _counts.Select((_, writer) => Volatile.Read(ref _counts[writer]))];

    private static string TryWrite(Database database, CountedBatches batches)
    {
        try
        {
            database.Put(batches.Recent, "after the failure"u8, []);
            return "accepted";
        }
        catch (DatabaseException exception)
        {
            return exception.Error.ToString();
        }
    }

    private void Guarded(Action action)
    {
        try
        {
            action();
        }
        catch (DatabaseException exception)
        {
            Fail(exception);
        }
    }

    private async Task GuardedAsync(Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (DatabaseException exception)
        {
            Fail(exception);
        }
    }

    private void Fail(DatabaseException exception)
    {
        Interlocked.Increment(ref _failures);
        report.Failed(exception.Error);
        _stop.Cancel();
    }
}
