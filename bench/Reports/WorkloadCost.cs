namespace Basalt.Bench.Reports;

/// <summary>What a workload took of the machine, all stores together.</summary>
/// <param name="Workload">The workload.</param>
/// <param name="Time">Its time.</param>
/// <param name="WrittenBytes">Bytes that the process wrote.</param>
/// <param name="PeakResidentBytes">Most memory of the process at a time, mapped files included.</param>
/// <param name="GcPauses">Total time for which the garbage collector stopped all threads.</param>
/// <param name="Collections">Garbage collections.</param>
internal sealed record WorkloadCost(
    string Workload, TimeSpan Time, long WrittenBytes, long PeakResidentBytes, TimeSpan GcPauses, int Collections);
