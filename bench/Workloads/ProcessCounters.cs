using System.Globalization;

namespace Basalt.Bench.Workloads;

/// <summary>What the kernel counts for this process.</summary>
internal static class ProcessCounters
{
    /// <summary>Bytes that the process made dirty or wrote past the page cache: what goes to the disk, log, flushes and compactions together.</summary>
    public static long WrittenBytes() => Read("/proc/self/io", "write_bytes:");

    public static long PeakResidentBytes() => Read("/proc/self/status", "VmHWM:") << 10;

    /// <summary>Makes the next <see cref="PeakResidentBytes"/> count from now.</summary>
    public static void ResetPeak() => File.WriteAllText("/proc/self/clear_refs", "5");

    private static long Read(string file, string name)
    {
        foreach (string line in File.ReadLines(file))
        {
            if (line.StartsWith(name, StringComparison.Ordinal))
            {
                return long.Parse(line.AsSpan(name.Length).Trim().TrimEnd(" kB"), CultureInfo.InvariantCulture);
            }
        }

        throw new InvalidOperationException($"{file} has no line '{name}'.");
    }
}
