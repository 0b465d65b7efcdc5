namespace Basalt.Bench.Load;

/// <summary>What one run of one store took of the machine.</summary>
/// <param name="WrittenBytes">Bytes that the process wrote, by the kernel's count, until the last call returned.</param>
/// <param name="DataBytes">Length of the sorted files, or the database file, after the last call.</param>
/// <param name="LogBytes">Length of the logs after the last call, allocated but unwritten space and spare logs included.</param>
internal sealed record RunCost(long WrittenBytes, long DataBytes, long LogBytes);
