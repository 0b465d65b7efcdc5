namespace Basalt.Bench.Stress.Client;

/// <summary>
/// All that a worker ever wrote, in its order: the truth that the server is checked against. A worker has one request on its way at a time, and
/// numbers its requests; after the state of each object at a number one can ask. Thread-safe.
/// </summary>
internal sealed class WorkerHistory
{
    private readonly List<(long Request, ObjectState State)>[] _objects;
    private readonly Lock _lock = new();
    private int[] _pending = [];
    private long _sent;
    private long _acknowledged;

    /// <param name="worker">The worker.</param>
    /// <param name="objectsPerPlace">How many objects it may have in each of its places.</param>
    public WorkerHistory(int worker, int objectsPerPlace)
    {
        Worker = worker;
        ObjectsPerPlace = objectsPerPlace;
        _objects = [.. Enumerable.Range(0, (StressClass.Places * objectsPerPlace) + 1).Select(_ => new List<(long, ObjectState)>())];
    }

    public int Worker { get; }

    public int ObjectsPerPlace { get; }

    /// <summary>Objects by number: those of the first place, of the second ...</summary>
    public int Objects => StressClass.Places * ObjectsPerPlace;

    /// <summary>Stands for the passing class itself, which is there or not as an object is.</summary>
    public int PassingClass => Objects;

    /// <summary>The last request that was begun.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>The last request that was acknowledged; all before it were, or are known to have had no effect.</summary>
    public long Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>Objects whose last write was not acknowledged.</summary>
    public IReadOnlyList<int> Pending => _pending;

    public int PlaceOf(int number) => number / ObjectsPerPlace;

    /// <summary>What an object is if the last request was carried out.</summary>
    public ObjectState Last(int number)
    {
        lock (_lock)
        {
            return _objects[number] is { Count: > 0 } states ? states[^1].State : ObjectState.Absent;
        }
    }

    /// <summary>Takes note of a request before it is sent.</summary>
    /// <param name="changes">From its number to what it makes of objects.</param>
    public long Begin(Func<long, IReadOnlyList<(int Number, ObjectState State)>> changes)
    {
        lock (_lock)
        {
            long request = _sent + 1;
            IReadOnlyList<(int Number, ObjectState State)> all = changes(request);
            foreach ((int number, ObjectState state) in all)
            {
                _objects[number].Add((request, state));
            }

            _pending = [.. all.Select(change => change.Number)];
            Volatile.Write(ref _sent, request);
            return request;
        }
    }

    /// <summary>The last request was carried out.</summary>
    public void Acknowledge()
    {
        lock (_lock)
        {
            _pending = [];
            Volatile.Write(ref _acknowledged, _sent);
        }
    }

    /// <summary>Ends the doubt about the last request.</summary>
    /// <param name="wasCarriedOut">Tells for each object that it changes.</param>
    public void Resolve(Func<int, bool> wasCarriedOut)
    {
        lock (_lock)
        {
            foreach (int number in _pending.Where(number => !wasCarriedOut(number)))
            {
                _objects[number].RemoveAt(_objects[number].Count - 1);
            }

            Acknowledge();
        }
    }

    /// <summary>What an object was before its last write.</summary>
    public ObjectState BeforeLast(int number)
    {
        lock (_lock)
        {
            return _objects[number] is { Count: > 1 } states ? states[^2].State : ObjectState.Absent;
        }
    }

    /// <summary>Finds a request after which everything was as observed.</summary>
    /// <param name="observed">States by number; what is missing is absent.</param>
    /// <param name="isIncluded">Whether an object counts.</param>
    /// <param name="first">The first request that may be the last one in it.</param>
    /// <param name="last">The last such request.</param>
    /// <returns>Null if there is one; otherwise what is wrong.</returns>
    public string? FindCut(IReadOnlyDictionary<int, ObjectState> observed, Func<int, bool> isIncluded, long first, long last)
    {
        lock (_lock)
        {
            int[] changes = new int[last - first + 2];
            int included = 0;
            for (int number = 0; number < _objects.Length; number++)
            {
                if (isIncluded(number))
                {
                    included++;
                    AddAgreement(changes, number, observed.GetValueOrDefault(number), first, last);
                }
            }

            int agree = 0;
            int most = -1;
            long best = first;
            for (long cut = first; cut <= last; cut++)
            {
                agree += changes[cut - first];
                if (agree > most)
                {
                    (most, best) = (agree, cut);
                }
            }

            return most == included ? null : Describe(observed, isIncluded, best, included - most, first, last);
        }
    }

    private void AddAgreement(int[] changes, int number, ObjectState state, long first, long last)
    {
        List<(long Request, ObjectState State)> states = _objects[number];
        long from = 0;
        ObjectState current = ObjectState.Absent;
        for (int i = 0; i <= states.Count; i++)
        {
            long until = i < states.Count ? states[i].Request - 1 : long.MaxValue;
            if (IsSame(number, current, state) && until >= first && from <= last)
            {
                changes[Math.Max(from, first) - first]++;
                changes[Math.Min(until, last) + 1 - first]--;
            }

            if (i < states.Count)
            {
                (from, current) = states[i];
            }
        }
    }

    /// <summary>Which time it was created cannot be seen from a class.</summary>
    private bool IsSame(int number, ObjectState one, ObjectState other) => number == PassingClass ? one.IsPresent == other.IsPresent : one == other;

    private string Describe(
        IReadOnlyDictionary<int, ObjectState> observed, Func<int, bool> isIncluded, long cut, int wrong, long first, long last)
    {
        IEnumerable<string> examples = Enumerable.Range(0, _objects.Length)
            .Where(isIncluded)
            .Select(number => (Number: number, Expected: _objects[number].LastOrDefault(each => each.Request <= cut).State, Found: observed.GetValueOrDefault(number)))
            .Where(each => !IsSame(each.Number, each.Expected, each.Found))
            .Take(5)
            .Select(each => $"object {each.Number} is {each.Found} instead of {each.Expected} (written at {string.Join(", ", _objects[each.Number].TakeLast(6))})");
        return $"worker {Worker}: no request from {first} to {last} is a cut; the nearest is {cut} with {wrong} objects wrong: {string.Join("; ", examples)}";
    }
}
