namespace Basalt.Bench.Reports.Plots;

/// <summary>Throughput of each case as bars, one for each store, on a logarithmic axis.</summary>
internal static class BarDrawing
{
    private const double Width = 900;
    private const double Left = 330;
    private const double PlotWidth = 460;
    private const double BarHeight = 13;
    private const double GroupGap = 14;

    public static string Draw(string title, IReadOnlyList<Measurement> measurements)
    {
        List<IGrouping<string, Measurement>> groups = [.. measurements.GroupBy(each => each.Case)];
        double height = groups.Sum(group => (group.Count() * BarHeight) + GroupGap);
        SvgCanvas canvas = new(Width, height + 104);
        canvas.Text(20, 24, title, size: 15, bold: true);
        Axis rate = Axis.Logarithmic(measurements.Min(each => each.Throughput.Median), measurements.Max(each => each.Throughput.Median));
        PlotFrame frame = new(canvas, Left, 52, PlotWidth, height, rate, new Axis(0, 1, false));
        foreach (double tick in rate.Ticks())
        {
            canvas.Line(frame.X(tick), frame.Top, frame.X(tick), frame.Bottom, SvgCanvas.Grid);
        }

        DrawLegend(canvas, [.. measurements.Select(each => each.Store).Distinct()]);
        double y = frame.Top + (GroupGap / 2);
        foreach (IGrouping<string, Measurement> group in groups)
        {
            canvas.Text(Left - 10, y + (group.Count() * BarHeight / 2) + 4, group.Key, "end");
            foreach (Measurement each in group)
            {
                double end = frame.X(each.Throughput.Median);
                canvas.Rectangle(Left, y, end - Left, BarHeight - 2, StoreColors.Of(each.Store));
                canvas.Text(end + 5, y + BarHeight - 3, Figures.Rate(each.Throughput.Median), size: 10);
                y += BarHeight;
            }

            y += GroupGap;
        }

        frame.DrawHorizontalAxis(rate.Ticks().Select(tick => (tick, Figures.Rate(tick))), "entries or calls per second, logarithmic; medians");
        return canvas.Finish();
    }

    private static void DrawLegend(SvgCanvas canvas, List<string> stores)
    {
        double x = Left;
        foreach (string store in stores)
        {
            canvas.Rectangle(x, 34, 12, 12, StoreColors.Of(store));
            canvas.Text(x + 17, 44, store);
            x += 90;
        }
    }
}
