using System.Globalization;
using Basalt.Bench.Load;

namespace Basalt.Bench.Reports.Plots;

/// <summary>Latency over time, one panel for each store with the same axes; what went on meanwhile is shaded.</summary>
internal static class TimelineDrawing
{
    private const double Width = 1000;
    private const double Left = 78;
    private const double Right = 20;
    private const double PanelHeight = 200;
    private const double PanelStep = 292;
    private const double Heading = 74;

    private static readonly string[] Shades = ["#a5d8ff", "#ffd8a8", "#b2f2bb", "#d0bfff", "#ffc9c9", "#ffec99"];

    public static string Draw(string title, IReadOnlyList<TimelinePlot> plots)
    {
        SvgCanvas canvas = new(Width, 64 + (plots.Count * PanelStep));
        canvas.Text(Left, 24, title, size: 15, bold: true);
        Axis latency = Axis.Logarithmic(
            Math.Max(100, plots.Min(plot => plot.Timeline.Points.Min(point => point.Median))), plots.Max(plot => plot.Timeline.Points.Max(point => point.Max)));
        List<string> phases = [.. plots.SelectMany(plot => plot.Spans).Select(span => span.Name).Distinct()];
        for (int panel = 0; panel < plots.Count; panel++)
        {
            DrawPanel(canvas, plots[panel], (panel * PanelStep) + Heading + 24, latency, phases);
        }

        return canvas.Finish();
    }

    private static void DrawPanel(SvgCanvas canvas, TimelinePlot plot, double top, Axis latency, List<string> phases)
    {
        IReadOnlyList<LatencyPoint> points = plot.Timeline.Points;
        Axis time = new(0, points[^1].Seconds, IsLogarithmic: false);
        PlotFrame frame = new(canvas, Left, top, Width - Left - Right, PanelHeight, time, latency);
        for (int i = 0; i < plot.Spans.Count; i++)
        {
            TimelineSpan span = plot.Spans[i];
            canvas.Rectangle(frame.X(span.From), top, frame.X(span.To) - frame.X(span.From), PanelHeight, Shades[phases.IndexOf(span.Name) % Shades.Length], 0.45);

            // In two rows by turns, so that labels of short phases do not run into each other.
            canvas.Text((frame.X(span.From) + frame.X(span.To)) / 2, top - (i % 2 == 0 ? 6 : 19), span.Name, "middle");
        }

        frame.DrawVerticalAxis(Figures.Duration, "latency");
        frame.DrawHorizontalAxis(time.Ticks().Select(tick => (tick, tick.ToString("0.#", CultureInfo.InvariantCulture))), "seconds");
        string color = StoreColors.Of(plot.Store);
        canvas.Path(points.Select(point => (frame.X(point.Seconds), frame.Y(point.Median))), color, 1.2, "2 3");
        canvas.Path(points.Select(point => (frame.X(point.Seconds), frame.Y(point.P99))), color, 1, "6 3");
        canvas.Path(points.Select(point => (frame.X(point.Seconds), frame.Y(point.Max))), color, 1.8);
        canvas.Text(Left, top - 38, $"{plot.Store}, {plot.Case}", size: 13, color: color, bold: true);
        Legend(canvas, top - 42, color);
    }

    private static void Legend(SvgCanvas canvas, double y, string color)
    {
        (string Text, string? Dashes)[] lines = [("max", null), ("p99", "6 3"), ("median", "2 3")];
        double x = Width - Right - 250;
        foreach ((string text, string? dashes) in lines)
        {
            canvas.Line(x, y, x + 28, y, color, 1.8, dashes);
            canvas.Text(x + 33, y + 4, text);
            x += 85;
        }
    }
}
