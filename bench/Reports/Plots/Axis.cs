namespace Basalt.Bench.Reports.Plots;

/// <summary>Maps values to a length, linearly or by their logarithm.</summary>
/// <param name="From">The lowest value.</param>
/// <param name="To">The highest.</param>
/// <param name="IsLogarithmic">Whether equal ratios have equal lengths.</param>
internal sealed record Axis(double From, double To, bool IsLogarithmic)
{
    /// <summary>An axis whose ends are powers of ten.</summary>
    public static Axis Logarithmic(double lowest, double highest)
    {
        double from = Math.Pow(10, Math.Floor(Math.Log10(lowest)));
        double to = Math.Pow(10, Math.Ceiling(Math.Log10(highest)));
        return new Axis(from, to <= from ? from * 10 : to, IsLogarithmic: true);
    }

    /// <summary>0 at the lowest value, 1 at the highest; values outside stay at the ends.</summary>
    public double Position(double value)
    {
        double clamped = Math.Clamp(value, From, To);
        return IsLogarithmic ? Math.Log(clamped / From) / Math.Log(To / From) : (clamped - From) / (To - From);
    }

    /// <summary>Values to mark: powers of ten, or up to ten round steps.</summary>
    public IEnumerable<double> Ticks()
    {
        if (IsLogarithmic)
        {
            for (double tick = From; tick <= To * 1.0001; tick *= 10)
            {
                yield return tick;
            }

            yield break;
        }

        double step = RoundStep((To - From) / 10);
        for (double tick = Math.Ceiling(From / step) * step; tick <= To * 1.0001; tick += step)
        {
            yield return tick;
        }
    }

    /// <summary>The smallest of 1, 2 or 5 times a power of ten that is not below <paramref name="least"/>.</summary>
    private static double RoundStep(double least)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return new[] { 1.0, 2, 5, 10 }.First(factor => factor * power >= least * 0.9999) * power;
    }
}
