namespace Basalt.Bench.Reports.Plots;

/// <summary>Latency over percentiles, both logarithmic, so that the slowest calls have as much room as the others.</summary>
internal static class PercentileDrawing
{
    private const double Width = 820;
    private const double Height = 420;
    private const double PlotWidth = 500;

    private static readonly (double Percent, string Label)[] Marks =
        [(50, "50 %"), (90, "90 %"), (99, "99 %"), (99.9, "99.9 %"), (99.99, "99.99 %"), (99.999, "99.999 %")];

    public static string Draw(string title, IReadOnlyList<PercentileCurve> curves)
    {
        SvgCanvas canvas = new(Width, Height);
        canvas.Text(78, 24, title, size: 15, bold: true);
        Axis rarity = new(2, 1e5, IsLogarithmic: true);
        Axis latency = Axis.Logarithmic(Math.Max(100, curves.Min(curve => curve.Latency.Percentile(50))), curves.Max(curve => curve.Latency.Max));
        PlotFrame frame = new(canvas, 78, 42, PlotWidth, 320, rarity, latency);
        frame.DrawVerticalAxis(Figures.Duration, "latency");
        frame.DrawHorizontalAxis(Marks.Select(mark => (Rarity(mark.Percent), mark.Label)), "percentile of calls");
        for (int i = 0; i < curves.Count; i++)
        {
            PercentileCurve curve = curves[i];
            canvas.Path(Points(curve).Select(point => (frame.X(point.Rarity), frame.Y(point.Latency))), curve.Color, 2, curve.Dashes);
            double y = 60 + (i * 22);
            canvas.Line(frame.Right + 18, y, frame.Right + 48, y, curve.Color, 2, curve.Dashes);
            canvas.Text(frame.Right + 54, y + 4, curve.Name);
        }

        return canvas.Finish();
    }

    /// <summary>One call in so many is slower.</summary>
    private static double Rarity(double percent) => 100 / (100 - percent);

    /// <summary>As far as there are calls to tell the percentile from.</summary>
    private static IEnumerable<(double Rarity, double Latency)> Points(PercentileCurve curve)
    {
        for (double rarity = 2; rarity <= Math.Min(1e5, curve.Latency.Count); rarity *= 1.15)
        {
            yield return (rarity, curve.Latency.Percentile(100 - (100 / rarity)));
        }
    }
}
