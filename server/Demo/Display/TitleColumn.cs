using Spectre.Console;
using Spectre.Console.Rendering;

namespace Basalt.Server.Demo.Display;

/// <summary>The title before a bar. It is as wide for each step, so that the bars of steps stand below each other.</summary>
internal sealed class TitleColumn(string title, int width) : ProgressColumn
{
    protected override bool NoWrap => true;

    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Text(title);

    public override int? GetColumnWidth(RenderOptions options) => width;
}
