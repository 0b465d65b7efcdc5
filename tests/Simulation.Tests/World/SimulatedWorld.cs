using Basalt.Backup;
using Basalt.Engine;

namespace Basalt.Simulation.Tests.World;

/// <summary>
/// What the engine and the backup layer live in. Every call of theirs comes by <see cref="Enter"/>, which records it, lets other steps run in
/// between, and makes it fail when its time has come. One run has one thread of control, although it may change threads.
/// </summary>
internal sealed class SimulatedWorld
{
    private readonly Stack<string> _activities = new();
    private readonly List<Fault> _faults = [];
    private readonly Dictionary<string, int> _callsAt = new(StringComparer.Ordinal);
    private List<(int AtCall, Action Run)> _interludes = [];
    private Fault? _crashAfter;
    private string _crashPlace = "";
    private int _calls;
    private int _depth;
    private bool _isQuiet;

    public SimulatedWorld(int seed)
    {
        Random = new Random(seed);
        Executor = new SimulatedExecutor(this);
        Files = new SimulatedFileSystem(this);
        Store = new SimulatedStore(this);
    }

    public Random Random { get; }

    public Trace Trace { get; } = new();

    public SimulatedClock Clock { get; } = new();

    public SimulatedExecutor Executor { get; private set; }

    public SimulatedFileSystem Files { get; }

    public SimulatedStore Store { get; }

    public RunStatistics Statistics { get; } = new();

    /// <summary>The crash that everything has stood still since; null while the process runs.</summary>
    public Fault? Crash { get; private set; }

    /// <summary>Counts the lives of the process: handles of an earlier one are dead.</summary>
    public int Life { get; private set; } = 1;

    /// <summary>What is being done, the innermost last.</summary>
    public string Activity => _activities.TryPeek(out string? activity) ? activity : "";

    /// <summary>Whether a step runs in the middle of another one.</summary>
    public bool IsNested => _depth > 0;

    /// <summary>Whether the call that a step runs in the middle of is one of the store.</summary>
    public bool IsOfStore { get; private set; }

    /// <summary>Whether nothing goes wrong any more.</summary>
    public bool IsFinale { get; set; }

    /// <summary>A fault that waits for its place through all steps and recoveries.</summary>
    public Fault? Directed { get; set; }

    /// <summary>Runs what belongs to the simulation and not to the simulated: nothing goes wrong in it, and it leaves no trace.</summary>
    public T Quietly<T>(Func<T> action)
    {
        bool before = _isQuiet;
        _isQuiet = true;
        try
        {
            return action();
        }
        finally
        {
            _isQuiet = before;
        }
    }

    /// <summary>Sets what may happen in the calls to come, counted from now.</summary>
    public void Begin(IEnumerable<Fault> faults, IEnumerable<(int AtCall, Action Run)> interludes)
    {
        _calls = 0;
        _callsAt.Clear();
        _faults.Clear();
        _faults.AddRange(faults);
        if (Directed is { } directed)
        {
            _faults.Add(directed);
        }

        _interludes = [.. interludes];
    }

    /// <summary>Nothing more goes wrong; a crash that did not find its call happens now, or not at all.</summary>
    public void End()
    {
        if (Crash is null && _faults.Find(fault => fault is { IsCrash: true, Place: null }) is { } crash && Random.Next(3) == 0)
        {
            CrashNow(crash, "between calls");
        }

        Begin([], []);
    }

    public Activities Do(string activity)
    {
        _activities.Push(activity);
        return new Activities(this);
    }

    /// <summary>A call is about to take effect.</summary>
    /// <returns>What goes wrong with it; never a crash, which is an exception.</returns>
    public FaultKind Enter(Call call)
    {
        ThrowIfDead(call);
        if (_isQuiet)
        {
            return FaultKind.None;
        }

        Trace.Add(call);
        Statistics.Calls++;
        _calls++;
        int atPlace = _callsAt[call.Place] = _callsAt.GetValueOrDefault(call.Place) + 1;
        if (!IsFinale)
        {
            Statistics.NoteCallsAt(call.Place, atPlace);
        }

        RunInterludes(call);
        ThrowIfDead(call);
        int index = _faults.FindIndex(fault =>
            call.Suits(fault) && (fault.Place is null ? _calls >= fault.AtCall : fault.Place == call.Place && atPlace >= fault.AtCall));
        if (index < 0 || (_depth > 0 && _faults[index].Kind is FaultKind.Beat or FaultKind.GivenUp))
        {
            return FaultKind.None;
        }

        Fault found = _faults[index];
        _faults.RemoveAt(index);
        Directed = found == Directed ? null : Directed;
        Trace.Add($"  ! {found.Kind}{(found.AfterEffect ? " after" : "")}");
        if (!found.IsCrash)
        {
            Statistics.Count(found.Kind);
            return found.Kind;
        }

        if (found.AfterEffect)
        {
            (_crashAfter, _crashPlace) = (found, call.Place);
            return FaultKind.None;
        }

        CrashNow(found, call.Place);
        throw Dead(call);
    }

    /// <summary>A call has taken effect.</summary>
    public void Leave(Call call)
    {
        if (_crashAfter is { } crash)
        {
            _crashAfter = null;
            CrashNow(crash, _crashPlace);
            throw Dead(call);
        }
    }

    /// <summary>Throws if the process that the call comes from is no more.</summary>
    public void ThrowIfDead(Call call)
    {
        if (Crash is not null)
        {
            throw Dead(call);
        }
    }

    /// <summary>Starts the process anew, after a crash or an orderly end.</summary>
    public void Restart()
    {
        if (Crash is { } crash)
        {
            Files.Crash(crash.Kind, Random);
        }

        Crash = null;
        _crashAfter = null;
        Life++;
        Executor = new SimulatedExecutor(this);
        _activities.Clear();
    }

    private static Exception Dead(Call call) => call.IsOfStore
        ? new BackupBackendException(call.Path, "The power is gone.", isTransient: false)
        : new DatabaseException(DatabaseError.InputOutput, "The power is gone.", call.Path);

    private void CrashNow(Fault crash, string place)
    {
        Crash = crash;
        Statistics.Count(crash.Kind);
        Statistics.CountCrash(place);
        Trace.Add($"  ! {crash.Kind} at {place}");
    }

    /// <summary>Only where no lock of the engine is held by whoever makes the call: in calls of the store, and while a background step writes a segment.</summary>
    private void RunInterludes(Call call)
    {
        bool isFree = call.IsOfStore || (call.Place is Places.Flush or Places.Compaction && call.Kind is CallKind.Create or CallKind.Write or CallKind.Sync);
        if (_depth > 0 || !isFree || Clock.IsHeld)
        {
            return;
        }

        while (_interludes.FindIndex(interlude => _calls >= interlude.AtCall) is var index and >= 0 && Crash is null)
        {
            Action run = _interludes[index].Run;
            _interludes.RemoveAt(index);
            _depth++;
            IsOfStore = call.IsOfStore;
            try
            {
                run();
            }
            finally
            {
                _depth--;
            }
        }
    }

    public readonly struct Activities(SimulatedWorld world) : IDisposable
    {
        public void Dispose() => world._activities.TryPop(out _);
    }
}
