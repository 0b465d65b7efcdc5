using Basalt.Bench.Load;

namespace Basalt.Bench.Workloads;

/// <summary>What the machine does to threads without any store.</summary>
internal sealed class MachineWorkload : Workload
{
    public override string Name => "machine";

    public override string Description =>
        "Threads that do nothing but read the clock. The longest call is how long the system, or the host of a virtual machine, stopped one of them. No store's longest "
        + "call can be shorter while it keeps as many processors busy: two while it flushes or compacts beside a writer.";

    public static string Case(int threads) => threads == 1 ? "1 busy thread" : $"{threads} busy threads";

    public override void Run(BenchContext context)
    {
        for (int run = 0; run < context.Scale.Runs; run++)
        {
            for (int threads = 1; threads <= 2; threads++)
            {
                LoadResult result = ClosedLoop.Run([.. Enumerable.Range(0, threads).Select(_ => new NoOperation())], context.Scale.RunTime);
                context.Report.Add(Name, Case(threads), WriteDuringBackupWorkload.NoStore, result);
            }
        }
    }
}
