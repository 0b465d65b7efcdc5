using System.Globalization;

namespace Basalt.Server.Demo;

/// <summary>Numbers as people read them, the same in every locale.</summary>
internal static class Figure
{
    private const double Mega = 1e6;

    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Percent(double part) => part.ToString("0.0 %", CultureInfo.InvariantCulture);

    public static string Megabytes(long bytes) => Invariant($"{bytes / Mega:N1} MB");

    public static string Seconds(TimeSpan duration) => Invariant($"{duration.TotalSeconds:N2} s");

    /// <summary>A duration far below a second, in the unit that suits it.</summary>
    public static string Latency(TimeSpan duration) => duration switch
    {
        { TotalMicroseconds: < 1000 } => Invariant($"{duration.TotalMicroseconds:N0} µs"),
        { TotalMilliseconds: < 10 } => Invariant($"{duration.TotalMilliseconds:N2} ms"),
        _ => Invariant($"{duration.TotalMilliseconds:N1} ms"),
    };

    /// <summary>Bytes in a time, in decimal megabytes a second.</summary>
    public static string Throughput(long bytes, TimeSpan duration) =>
        Invariant($"{bytes / Mega / Math.Max(duration.TotalSeconds, 1e-9):N0} MB/s");

    /// <summary>Things in a time, per second.</summary>
    public static string Rate(long count, TimeSpan duration) => Invariant($"{count / Math.Max(duration.TotalSeconds, 1e-9):N0}/s");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
