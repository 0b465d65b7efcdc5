using Basalt.Engine.Compaction;

namespace Basalt.Simulation.Tests.World;

/// <summary>
/// Background work without threads: steps run where the simulation says, or inside of whoever waits for them, one at a time. So exactly
/// one thing happens at a time, in an order that the seed decides.
/// </summary>
internal sealed class SimulatedExecutor(SimulatedWorld world) : IBackgroundExecutor
{
    /// <summary>Housekeeping is asked for by everyone who waits, whether there is anything to do or not: that alone is no progress.</summary>
    private const int MostIdleWaits = 200;

    private readonly List<Worker> _workers = [];
    private int _idleWaits;

    /// <summary>Whether a step is under way further up the stack.</summary>
    public bool IsBusy => _workers.Any(worker => worker.IsBusy);

    public IBackgroundWorker Start(string name, Func<CancellationToken, bool> work, Action<Exception> failed)
    {
        Worker worker = new(this, name, work, failed);
        _workers.Add(worker);
        return worker;
    }

    public void Wait(object monitor)
    {
        Monitor.Exit(monitor);
        try
        {
            RequireProgress();
        }
        finally
        {
            Monitor.Enter(monitor);
        }
    }

    public Task<T> WhenDone<T>(Task<T> task)
    {
        while (!task.IsCompleted)
        {
            RequireProgress();
        }

        return task;
    }

    /// <summary>Runs one step that is due, by the seed; false if there is none.</summary>
    public bool RunOne()
    {
        Worker[] due = [.. _workers.Where(worker => worker.IsDue && !worker.IsBusy)];
        if (due.Length == 0)
        {
            return false;
        }

        Worker chosen = due[world.Random.Next(due.Length)];
        _idleWaits = chosen.Name == Activity.HousekeepingWorker ? _idleWaits + 1 : 0;
        chosen.RunStep(world);
        return true;
    }

    /// <summary>Runs all steps that are due, and those that they cause.</summary>
    public void RunAll()
    {
        for (int steps = 0; RunOne(); steps++)
        {
            if (steps > 10_000)
            {
                throw new SimulationFailure("Background work does not come to an end.");
            }
        }
    }

    private void RequireProgress()
    {
        if (_idleWaits < MostIdleWaits && RunOne())
        {
            return;
        }

        _idleWaits = 0;
        throw IsBusy
            ? new WouldBlockException()
            : new SimulationFailure("Somebody waits for background work, and nothing is to be done: in production this would hang.");
    }

    private sealed class Worker(SimulatedExecutor executor, string name, Func<CancellationToken, bool> work, Action<Exception> failed)
        : IBackgroundWorker
    {
        private readonly CancellationTokenSource _stopping = new();
        private bool _hasEnded;

        // A thread begins with a step, too.
        private bool _isSignalled = true;

        public string Name => name;

        public bool IsBusy { get; private set; }

        public bool IsDue => _isSignalled && !_hasEnded;

        public void Signal() => _isSignalled = true;

        public void RunStep(SimulatedWorld world)
        {
            _isSignalled = false;
            IsBusy = true;
            try
            {
                using (world.Do(name))
                {
                    _isSignalled |= work(_stopping.Token);
                }
            }
            catch (SimulationFailure)
            {
                throw;
            }
            catch (Exception cause)
            {
                _hasEnded = true;
                failed(cause);
            }
            finally
            {
                IsBusy = false;
            }
        }

        public void Dispose()
        {
            _stopping.Cancel();
            _hasEnded = true;
            executor._workers.Remove(this);
        }
    }
}
