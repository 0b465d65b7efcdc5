using Spectre.Console;

namespace Basalt.Server.Demo.Display;

/// <summary>
/// Shows steps: on a terminal a bar that moves while a step runs and gives way to a line with the outcome; elsewhere, as in the log of a
/// build, plain lines only.
/// </summary>
internal sealed class StepDisplay
{
    private const int TitleWidth = 27;
    private const int BarWidth = 20;
    private const int PlainWidth = 160;
    private readonly IAnsiConsole _console;
    private readonly bool _hasBars;

    public StepDisplay(IAnsiConsole console)
    {
        _console = console;
        Capabilities capabilities = console.Profile.Capabilities;
        _hasBars = console.Profile.Out.IsTerminal && capabilities.Ansi && capabilities.Interactive;
        if (!console.Profile.Out.IsTerminal)
        {
            // Nothing is known about the width of a file; 80 columns would break lines that no terminal breaks.
            console.Profile.Width = PlainWidth;
        }
    }

    /// <summary>Shows a step while it runs, and what came out.</summary>
    public async Task RunAsync(string title, Func<IStepProgress, Task<string>> step)
    {
        long started = TimeProvider.System.GetTimestamp();
        string outcome;
        try
        {
            outcome = _hasBars ? await RunWithBarAsync(title, step) : await step(new PlainProgress(_console, title, TimeProvider.System));
        }
        catch (OperationCanceledException)
        {
            WriteStep("-", "-", "yellow", title, "stopped");
            throw;
        }
        catch
        {
            WriteStep("✗", "x", "red", title, "failed");
            throw;
        }

        string elapsed = Figure.Seconds(TimeProvider.System.GetElapsedTime(started));
        WriteStep("✓", "+", "green", title, $"[dim]{elapsed,7}[/]  {Markup.Escape(outcome)}");
    }

    private void WriteStep(string mark, string plainMark, string color, string title, string markup)
    {
        string shown = _console.Profile.Capabilities.Unicode ? mark : plainMark;
        _console.MarkupLine($" [{color}]{shown}[/] {Markup.Escape(title.PadRight(TitleWidth))} {markup}");
    }

    private Task<string> RunWithBarAsync(string title, Func<IStepProgress, Task<string>> step)
    {
        DetailColumn detail = new();
        return _console.Progress()
            .AutoClear(true)
            .Columns(
                new SpinnerColumn(Spinner.Known.Dots),
                new TitleColumn(title, TitleWidth),
                new ProgressBarColumn { Width = BarWidth },
                new PercentageColumn(),
                detail)
            .StartAsync(async context =>
            {
                ProgressTask task = context.AddTask(Markup.Escape(title), maxValue: 1);
                return await step(new BarProgress(task, detail));
            });
    }
}
