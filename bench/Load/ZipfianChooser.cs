namespace Basalt.Bench.Load;

/// <summary>
/// Numbers below a count, 0 the most popular, by Gray's method as YCSB uses it ("Quickly generating billion-record synthetic
/// databases"). Keys are scattered by <see cref="KeyFormat"/>, so popular ones do not lie side by side.
/// </summary>
internal sealed class ZipfianChooser : IKeyChooser
{
    /// <summary>YCSB's constant.</summary>
    public const double Skew = 0.99;

    private readonly long _count;
    private readonly double _zeta;
    private readonly double _alpha;
    private readonly double _eta;
    private readonly Random _random;

    public ZipfianChooser(long count, int seed)
    {
        _count = count;
        _random = new Random(seed);
        _zeta = Zeta(count);
        _alpha = 1 / (1 - Skew);
        _eta = (1 - Math.Pow(2.0 / count, 1 - Skew)) / (1 - (Zeta(2) / _zeta));
    }

    public long Next()
    {
        double uniform = _random.NextDouble();
        double scaled = uniform * _zeta;
        if (scaled < 1)
        {
            return 0;
        }

        return scaled < 1 + Math.Pow(0.5, Skew)
            ? Math.Min(1, _count - 1)
            : Math.Min((long)(_count * Math.Pow((_eta * uniform) - _eta + 1, _alpha)), _count - 1);
    }

    private static double Zeta(long count)
    {
        double sum = 0;
        for (long i = 1; i <= count; i++)
        {
            sum += 1 / Math.Pow(i, Skew);
        }

        return sum;
    }
}
