using Basalt.Bench.Load;

namespace Basalt.Bench.Workloads;

/// <summary>The calls of one YCSB run, drawn before the clock starts, so that every store gets the same.</summary>
internal sealed class YcsbTrace : IKeyChooser, IDisposable
{
    private const int LongestScan = 100;

    private readonly YcsbStep[] _steps;
    private readonly YcsbMix _mix;
    private readonly Random _random;
    private readonly ZipfianChooser _popular;
    private long _next;

    public YcsbTrace(YcsbMix mix, long population, int count, int seed)
    {
        _mix = mix;
        _random = new Random(seed);
        _popular = new ZipfianChooser(population, seed);
        Population = population;
        _steps = new YcsbStep[count];
        Keys = PreparedKeys.Chosen(this, count);
    }

    /// <summary>Keys in the store, those that the trace inserts included.</summary>
    public long Population { get; private set; }

    public PreparedKeys Keys { get; }

    public ReadOnlySpan<YcsbStep> Steps => _steps;

    /// <summary>Draws the next step and the number of its key.</summary>
    public long Next()
    {
        int dice = _random.Next(100);
        int index = (int)_next++;
        if (dice < _mix.Inserts)
        {
            _steps[index] = new YcsbStep(YcsbAction.Write, 0);
            return Population++;
        }

        dice -= _mix.Inserts;
        YcsbAction action = dice < _mix.Reads ? YcsbAction.Read
            : dice < _mix.Reads + _mix.Updates ? YcsbAction.Write
            : dice < _mix.Reads + _mix.Updates + _mix.Scans ? YcsbAction.Scan
            : YcsbAction.ReadModifyWrite;
        _steps[index] = new YcsbStep(action, _random.Next(1, LongestScan + 1));
        long chosen = _popular.Next();
        return _mix.ReadsLatest ? Population - 1 - chosen : chosen;
    }

    public void Dispose() => Keys.Dispose();
}
