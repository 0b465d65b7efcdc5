using Spectre.Console;
using Spectre.Console.Rendering;

namespace Basalt.Server.Demo.Display;

/// <summary>The words behind a bar.</summary>
internal sealed class DetailColumn : ProgressColumn
{
    private volatile string _text = string.Empty;

    public string Text
    {
        set => _text = value;
    }

    protected override bool NoWrap => true;

    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
        new Text(_text, new Style(decoration: Decoration.Dim));
}
