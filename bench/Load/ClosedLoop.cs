namespace Basalt.Bench.Load;

/// <summary>
/// Each thread calls as fast as the store answers. One time stamp per call: the end of a call is the start of the next, so a latency
/// contains some ten nanoseconds of the loop itself, the same for every store, and nothing of the run's time is left out.
/// </summary>
internal static class ClosedLoop
{
    /// <summary>Runs until every operation reached its limit or the time is over.</summary>
    public static LoadResult Run(IReadOnlyList<Operation> threads, TimeSpan? limit = null)
    {
        // What earlier runs left must not be collected inside this one.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        TimeSpan pauses = GC.GetTotalPauseDuration();
        Worker[] workers = [.. threads.Select(operation => new Worker(operation))];
        if (workers.Length == 1)
        {
            workers[0].Run(limit);
        }
        else
        {
            RunTogether(workers, limit);
        }

        pauses = GC.GetTotalPauseDuration() - pauses;
        LatencyHistogram latency = new();
        foreach (Worker worker in workers)
        {
            latency.Add(worker.Latency);
        }

        long nanoseconds = workers.Max(worker => worker.End) - workers.Min(worker => worker.Start);
        return new LoadResult(workers.Sum(worker => worker.Entries), TimeSpan.FromTicks(Math.Max(1, nanoseconds / 100)), latency) { GcPauses = pauses };
    }

    private static void RunTogether(Worker[] workers, TimeSpan? limit)
    {
        using Barrier start = new(workers.Length);
        Exception? failure = null;
        Thread[] threads =
        [
            .. workers.Select(worker => new Thread(() =>
            {
                start.SignalAndWait();
                try
                {
                    worker.Run(limit);
                }
                catch (Exception exception)
                {
                    failure = exception;
                }
            })),
        ];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        if (failure is not null)
        {
            throw new InvalidOperationException("A thread of the load failed.", failure);
        }
    }

    private sealed class Worker(Operation operation)
    {
        public LatencyHistogram Latency { get; } = new();

        public long Start { get; private set; }

        public long End { get; private set; }

        public long Entries => Latency.Count * operation.EntriesPerExecution;

        public void Run(TimeSpan? limit)
        {
            long count = operation.Limit;
            Start = MonotonicClock.Now();
            long deadline = limit is { } time ? Start + (long)time.TotalNanoseconds : long.MaxValue;
            long before = Start;
            for (long i = 0; i < count && before < deadline; i++)
            {
                operation.Execute(i);
                long after = MonotonicClock.Now();
                Latency.Record(after - before);
                before = after;
            }

            End = before;
        }
    }
}
