namespace Basalt.Bench.Load;

/// <summary>
/// Calls arrive at a fixed rate whether or not earlier ones were answered, as users do. A latency counts from the time at which the call
/// should have begun, so a stall shows in every call that it delayed and not in one only.
/// </summary>
internal sealed class OpenLoop
{
    private readonly Operation _operation;
    private readonly LatencySamples _samples;
    private readonly Thread _thread;
    private volatile bool _stopped;
    private Exception? _failure;

    /// <summary>Starts at once.</summary>
    /// <param name="operation">The call; its prepared input is used again from the start when it is used up.</param>
    /// <param name="ratePerSecond">Calls per second.</param>
    /// <param name="longest">It ends by itself after this time.</param>
    public OpenLoop(Operation operation, int ratePerSecond, TimeSpan longest)
    {
        _operation = operation;
        _samples = new LatencySamples(1_000_000_000L / ratePerSecond, (int)(ratePerSecond * longest.TotalSeconds));
        _thread = new Thread(Run) { Name = "open loop" };
        _thread.Start();
    }

    /// <summary>Ends the load; samples of the calls that were made.</summary>
    public LatencySamples Stop()
    {
        _stopped = true;
        _thread.Join();
        return _failure is null ? _samples : throw new InvalidOperationException("The load failed.", _failure);
    }

    private void Run()
    {
        try
        {
            IntendedTime.PrepareThread();
            long limit = _operation.Limit;
            _samples.Begin(MonotonicClock.Now() + 1_000_000);
            long number = 0;
            while (!_stopped && !_samples.IsFull)
            {
                long intended = _samples.NextIntended;
                IntendedTime.Await(intended);
                _operation.Execute(number);
                _samples.Add(MonotonicClock.Now() - intended);
                number = number + 1 == limit ? 0 : number + 1;
            }
        }
        catch (Exception exception)
        {
            _failure = exception;
        }
    }
}
