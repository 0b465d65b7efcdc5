namespace Basalt.Server.Demo;

/// <summary>How long requests took, from sending to the whole answer.</summary>
internal readonly record struct LatencySummary(int Count, TimeSpan Median, TimeSpan Percentile99, TimeSpan Maximum)
{
    /// <summary>Summarizes durations; percentiles are by nearest rank, exact.</summary>
    public static LatencySummary Of(IEnumerable<TimeSpan> durations)
    {
        TimeSpan[] sorted = [.. durations.Order()];
        return sorted.Length == 0
            ? default
            : new LatencySummary(sorted.Length, Rank(sorted, 50), Rank(sorted, 99), sorted[^1]);
    }

    private static TimeSpan Rank(TimeSpan[] sorted, int percentile) =>
        sorted[(int)(((long)sorted.Length * percentile + 99) / 100) - 1];
}
