namespace Basalt.Bench.Reports;

internal enum FigureUnit
{
    Ratio,
    Percent,
    Bytes,
    BytesPerSecond,
    Nanoseconds,
}
