using System.Diagnostics;
using Basalt.Bench.Workloads;

namespace Basalt.Bench.Reports;

/// <summary>Measures a <see cref="WorkloadCost"/>.</summary>
internal sealed class CostMeter
{
    private readonly long _writtenBytes = ProcessCounters.WrittenBytes();
    private readonly TimeSpan _pauses = GC.GetTotalPauseDuration();
    private readonly int _collections = GC.CollectionCount(0);
    private readonly Stopwatch _time = Stopwatch.StartNew();

    public CostMeter() => ProcessCounters.ResetPeak();

    public WorkloadCost Read(string workload) => new(
        workload,
        _time.Elapsed,
        ProcessCounters.WrittenBytes() - _writtenBytes,
        ProcessCounters.PeakResidentBytes(),
        GC.GetTotalPauseDuration() - _pauses,
        GC.CollectionCount(0) - _collections);
}
