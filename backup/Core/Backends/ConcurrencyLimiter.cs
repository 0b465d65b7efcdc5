namespace Basalt.Backup.Backends;

/// <summary>
/// Lets all calls run at once until a store says that it gets too many: then half as many, and one more again for each round of successes.
/// Thread-safe.
/// </summary>
internal sealed class ConcurrencyLimiter
{
    /// <summary>No service has more transfers at a time, so this is no limit.</summary>
    private const double Unlimited = 64;

    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private double _limit = Unlimited;
    private int _running;

    /// <summary>Counts the cuts. Calls of one round are refused together; only the first of them cuts.</summary>
    private int _round;

    /// <summary>How many calls may run now.</summary>
    public int Limit
    {
        get
        {
            lock (_lock)
            {
                return (int)_limit;
            }
        }
    }

    public async Task<T> RunAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        await EnterAsync(cancellationToken).ConfigureAwait(false);
        int round = Volatile.Read(ref _round);
        double change = 0;
        try
        {
            T result = await call().ConfigureAwait(false);
            change = 1;
            return result;
        }
        catch (BackupBackendException failure)
        {
            change = failure.IsThrottled ? -1 : 0;
            throw;
        }
        finally
        {
            Leave(change, round);
        }
    }

    private async Task EnterAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource turn;
        lock (_lock)
        {
            if (_running < (int)_limit)
            {
                _running++;
                return;
            }

            turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(turn);
        }

        CancellationTokenRegistration registration = cancellationToken.Register(() => turn.TrySetCanceled(cancellationToken));
        await using (registration.ConfigureAwait(false))
        {
            await turn.Task.ConfigureAwait(false);
        }
    }

    private void Leave(double change, int round)
    {
        lock (_lock)
        {
            if (change > 0)
            {
                _limit = Math.Min(Unlimited, _limit + (1 / _limit));
            }
            else if (change < 0 && round == _round)
            {
                _limit = Math.Max(1, Math.Min(_limit, _running) / 2);
                _round++;
            }

            _running--;
            while (_running < (int)_limit && _waiting.TryDequeue(out TaskCompletionSource? next))
            {
                // False: it was canceled while it waited.
                if (next.TrySetResult())
                {
                    _running++;
                }
            }
        }
    }
}
