using Spectre.Console;

namespace Basalt.Server.Demo.Display;

/// <summary>Shows progress as a bar that moves, with words behind it.</summary>
internal sealed class BarProgress(ProgressTask task, DetailColumn column) : IStepProgress
{
    public void Report(double part, string detail)
    {
        column.Text = detail;
        task.Value = Math.Clamp(part, 0, 1);
    }
}
