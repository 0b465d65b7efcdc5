namespace Basalt.Bench.Reports.Plots;

/// <summary>The rectangle of one diagram with its axes.</summary>
internal sealed class PlotFrame(SvgCanvas canvas, double left, double top, double width, double height, Axis horizontal, Axis vertical)
{
    public double Left => left;

    public double Top => top;

    public double Bottom => top + height;

    public double Right => left + width;

    public double X(double value) => left + (horizontal.Position(value) * width);

    public double Y(double value) => top + ((1 - vertical.Position(value)) * height);

    public void DrawVerticalAxis(Func<double, string> format, string title)
    {
        foreach (double tick in vertical.Ticks())
        {
            canvas.Line(left, Y(tick), Right, Y(tick), SvgCanvas.Grid);
            canvas.Text(left - 6, Y(tick) + 4, format(tick), "end");
        }

        canvas.Text(left - 56, top + (height / 2), title, "middle", vertical: true);
    }

    public void DrawHorizontalAxis(IEnumerable<(double Value, string Label)> ticks, string title)
    {
        foreach ((double value, string label) in ticks)
        {
            canvas.Line(X(value), Bottom, X(value), Bottom + 4, SvgCanvas.Ink);
            canvas.Text(X(value), Bottom + 17, label, "middle");
        }

        canvas.Line(left, Bottom, Right, Bottom, SvgCanvas.Ink);
        canvas.Text(left + (width / 2), Bottom + 35, title, "middle");
    }
}
