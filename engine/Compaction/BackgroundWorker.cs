namespace Basalt.Engine.Compaction;

/// <summary>
/// A thread that works when signalled. The engine has five (flush, compaction, housekeeping, deletion, a mapped log's): each is mostly
/// idle, must not wait for the thread pool when it is needed, and never runs twice at once. None has a lower priority: writers end up
/// waiting for each, and with compaction lowered they once waited 300 ms in place of 40 for level 0 to shrink.
/// </summary>
internal sealed class BackgroundWorker : IBackgroundWorker
{
    private readonly AutoResetEvent _signal = new(false);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Func<CancellationToken, bool> _work;
    private readonly Action<Exception> _failed;
    private readonly Thread _thread;

    /// <param name="name">Name of the thread.</param>
    /// <param name="work">One step; true if there may be more to do.</param>
    /// <param name="failed">Told of an exception; the worker then ends.</param>
    public BackgroundWorker(string name, Func<CancellationToken, bool> work, Action<Exception> failed)
    {
        _work = work;
        _failed = failed;
        _thread = new Thread(Run) { Name = name, IsBackground = true };
        _thread.Start();
    }

    public void Signal()
    {
        if (!_stopping.IsCancellationRequested)
        {
            _signal.Set();
        }
    }

    /// <summary>Stops after the step in progress, which sees its token cancelled.</summary>
    public void Dispose()
    {
        _stopping.Cancel();
        _signal.Set();
        _thread.Join();
    }

    private void Run()
    {
        CancellationToken token = _stopping.Token;
        try
        {
            while (!token.IsCancellationRequested)
            {
                if (!_work(token))
                {
                    _signal.WaitOne();
                }
            }
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // Stopped in the middle of a step: what it wrote is named by no edit and gone already.
        }
        catch (Exception exception)
        {
            _failed(exception);
        }
    }
}
