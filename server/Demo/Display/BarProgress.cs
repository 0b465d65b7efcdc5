using Spectre.Console;

namespace Basalt.Server.Demo.Display;

/// <summary>Shows progress as a bar that moves.</summary>
internal sealed class BarProgress(ProgressTask task, string title) : IStepProgress
{
    public void Report(double part, string detail)
    {
        task.Description = $"{Markup.Escape(title)}  [dim]{Markup.Escape(detail)}[/]";
        task.Value = Math.Clamp(part, 0, 1);
    }
}
