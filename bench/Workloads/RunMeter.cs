using Basalt.Bench.Load;
using Basalt.Bench.Targets;

namespace Basalt.Bench.Workloads;

/// <summary>Measures a <see cref="RunCost"/>.</summary>
internal sealed class RunMeter
{
    private readonly long _writtenBytes = ProcessCounters.WrittenBytes();

    /// <summary>The run with what it cost, read while its store is still open.</summary>
    public LoadResult Finish(LoadResult run, string storeFolder)
    {
        StoreFiles files = StoreFiles.Of(storeFolder);
        return run with { Cost = new RunCost(ProcessCounters.WrittenBytes() - _writtenBytes, files.DataBytes, files.LogBytes) };
    }
}
