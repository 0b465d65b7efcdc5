namespace Basalt.Engine.Compaction;

/// <summary>
/// Where background work runs, and how the foreground waits for it. The engine starts no thread and waits for no background step but
/// through this port, so that a test can decide what runs when. Nothing of it is called by a write that finds room.
/// </summary>
internal interface IBackgroundExecutor
{
    /// <summary>Starts a worker, with its first step at once.</summary>
    /// <param name="name">What it does, for debuggers.</param>
    /// <param name="work">One step; true if there may be more to do. Its token is cancelled when the worker is disposed.</param>
    /// <param name="failed">Told of an exception; the worker then ends.</param>
    IBackgroundWorker Start(string name, Func<CancellationToken, bool> work, Action<Exception> failed);

    /// <summary>Gives a monitor up until background work pulses it. Requires: the caller holds it, once.</summary>
    void Wait(object monitor);

    /// <summary>What the caller is to wait for, instead of a task that only background work completes.</summary>
    Task<T> WhenDone<T>(Task<T> task);
}
