namespace Basalt.Engine.Compaction;

/// <summary>Each worker has a thread of its own.</summary>
internal sealed class BackgroundThreads : IBackgroundExecutor
{
    public static BackgroundThreads Instance { get; } = new();

    public IBackgroundWorker Start(string name, Func<CancellationToken, bool> work, Action<Exception> failed) =>
        new BackgroundWorker(name, work, failed);

    public void Wait(object monitor) => Monitor.Wait(monitor);

    public Task<T> WhenDone<T>(Task<T> task) => task;
}
