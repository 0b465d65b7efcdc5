namespace Basalt.Bench.Soak;

/// <summary>Compares the last third of a run with its first one.</summary>
internal static class SoakVerdict
{
    private const double MostGrowth = 1.3;
    private const long ForgivenBytes = 64 << 20;
    private const int ForgivenFiles = 40;
    private const double MostSlowdown = 3;
    private const double ForgivenMilliseconds = 10;

    /// <summary>What grew; nothing is good. The first window, in which code is compiled and caches fill, does not count.</summary>
    /// <param name="windows">The run.</param>
    /// <param name="includesLatency">Whether latencies count, which say nothing on a machine that does other things.</param>
    public static IReadOnlyList<string> Of(IReadOnlyList<SoakWindow> windows, bool includesLatency)
    {
        SoakWindow[] warm = [.. windows.Skip(1)];
        int third = warm.Length / 3;
        if (third == 0)
        {
            return ["The run was too short to compare its thirds."];
        }

        SoakWindow[] first = warm[..third];
        SoakWindow[] last = warm[^third..];
        List<string> failures = [];
        RequireSteady(failures, "resident bytes", first, last, window => window.ResidentBytes, ForgivenBytes);
        RequireSteady(failures, "managed bytes", first, last, window => window.ManagedBytes, ForgivenBytes);
        RequireSteady(failures, "open files", first, last, window => window.OpenFiles, ForgivenFiles);
        RequireSteady(failures, "leases", first, last, window => window.Leases, 1);
        double before = Median(first, window => window.Percentile(99));
        double after = Median(last, window => window.Percentile(99));
        if (includesLatency && after > (before * MostSlowdown) + ForgivenMilliseconds)
        {
            failures.Add($"p99 went from {before:F1} ms in the first third to {after:F1} ms in the last.");
        }

        return failures;
    }

    private static void RequireSteady(
        List<string> failures, string what, SoakWindow[] first, SoakWindow[] last, Func<SoakWindow, double> value, double forgiven)
    {
        double before = Median(first, value);
        double after = Median(last, value);
        if (after > (before * MostGrowth) + forgiven)
        {
            failures.Add($"{what} grew from {before:N0} in the first third to {after:N0} in the last.");
        }
    }

    private static double Median(SoakWindow[] windows, Func<SoakWindow, double> value) => windows.Select(value).Order().ElementAt(windows.Length / 2);
}
