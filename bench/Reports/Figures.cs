using System.Globalization;

namespace Basalt.Bench.Reports;

/// <summary>Figures as a reader wants them: three significant digits and a unit.</summary>
internal static class Figures
{
    public static string Duration(double nanoseconds) => nanoseconds switch
    {
        >= 1e9 => $"{Significant(nanoseconds / 1e9)} s",
        >= 1e6 => $"{Significant(nanoseconds / 1e6)} ms",
        >= 1e3 => $"{Significant(nanoseconds / 1e3)} us",
        _ => $"{Significant(nanoseconds)} ns",
    };

    public static string Rate(double perSecond) => perSecond switch
    {
        >= 1e6 => $"{Significant(perSecond / 1e6)} M/s",
        >= 1e3 => $"{Significant(perSecond / 1e3)} k/s",
        _ => $"{Significant(perSecond)} /s",
    };

    public static string Bytes(double bytes) => bytes switch
    {
        >= 1L << 30 => $"{Significant(bytes / (1L << 30))} GiB",
        >= 1L << 20 => $"{Significant(bytes / (1L << 20))} MiB",
        >= 1L << 10 => $"{Significant(bytes / (1L << 10))} KiB",
        _ => $"{Significant(bytes)} B",
    };

    public static string Ratio(double ratio) => double.IsFinite(ratio) ? $"{Significant(ratio)}x" : "-";

    public static string Significant(double value) => Math.Abs(value) switch
    {
        >= 99.95 => value.ToString("N0", CultureInfo.InvariantCulture),
        >= 9.995 => value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.ToString("0.00", CultureInfo.InvariantCulture),
    };
}
