using System.Globalization;
using System.Security;
using System.Text;

namespace Basalt.Bench.Reports.Plots;

/// <summary>Writes the few shapes that the plots are made of.</summary>
internal sealed class SvgCanvas(double width, double height)
{
    public const string Ink = "#343a40";
    public const string Grid = "#e9ecef";

    private readonly StringBuilder _shapes = new();

    public double Width => width;

    public void Rectangle(double x, double y, double rectangleWidth, double rectangleHeight, string fill, double opacity = 1) =>
        Append($"""<rect x="{x:0.#}" y="{y:0.#}" width="{Math.Max(0, rectangleWidth):0.#}" height="{Math.Max(0, rectangleHeight):0.#}" fill="{fill}" fill-opacity="{opacity:0.##}"/>""");

    public void Line(double x1, double y1, double x2, double y2, string color, double thickness = 1, string? dashes = null) =>
        Append($"""<line x1="{x1:0.#}" y1="{y1:0.#}" x2="{x2:0.#}" y2="{y2:0.#}" stroke="{color}" stroke-width="{thickness:0.#}"{Dashes(dashes)}/>""");

    public void Path(IEnumerable<(double X, double Y)> points, string color, double thickness = 1.5, string? dashes = null)
    {
        string list = string.Join(' ', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.X:0.#},{point.Y:0.#}")));
        Append($"""<polyline points="{list}" fill="none" stroke="{color}" stroke-width="{thickness:0.#}" stroke-linejoin="round"{Dashes(dashes)}/>""");
    }

    public void Text(double x, double y, string text, string anchor = "start", double size = 11, string color = Ink, bool bold = false, bool vertical = false)
    {
        string turn = vertical ? string.Create(CultureInfo.InvariantCulture, $""" transform="rotate(-90 {x:0.#} {y:0.#})" """) : "";
        Append($"""<text x="{x:0.#}" y="{y:0.#}" text-anchor="{anchor}" font-size="{size:0.#}" fill="{color}"{(bold ? " font-weight=\"600\"" : "")}{turn}>{SecurityElement.Escape(text)}</text>""");
    }

    public string Finish() => string.Create(CultureInfo.InvariantCulture, $"""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:0} {height:0}" width="{width:0}" height="{height:0}" font-family="system-ui, sans-serif">
        <rect width="100%" height="100%" fill="white"/>
        {_shapes}</svg>

        """);

    private static string Dashes(string? dashes) => dashes is null ? "" : $" stroke-dasharray=\"{dashes}\"";

    private void Append(FormattableString shape) => _shapes.Append(shape.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
