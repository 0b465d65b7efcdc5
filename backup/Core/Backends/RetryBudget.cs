namespace Basalt.Backup.Backends;

/// <summary>
/// Limits repeated calls over all calls of a repository: each takes one from the budget, each success puts half of one back. A store that fails
/// one call in four never empties it; one that fails nearly all is left alone soon, however many calls there are to make. Thread-safe.
/// </summary>
internal sealed class RetryBudget(int capacity)
{
    private const double Refund = 0.5;

    private readonly Lock _lock = new();
    private double _left = capacity;

    /// <summary>Takes a repetition. False: none is left.</summary>
    public bool TryTake()
    {
        lock (_lock)
        {
            if (_left < 1)
            {
                return false;
            }

            _left--;
            return true;
        }
    }

    public void PutBack()
    {
        lock (_lock)
        {
            _left = Math.Min(capacity, _left + Refund);
        }
    }
}
