using Spectre.Console;

namespace Basalt.Server.Demo.Display;

/// <summary>
/// Shows steps: on a terminal a bar that moves while a step runs and gives way to a line with the outcome; elsewhere, as in the log of a
/// build, plain lines only.
/// </summary>
internal sealed class StepDisplay
{
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

    private bool IsUnicode => _console.Profile.Capabilities.Unicode;

    /// <summary>Shows a step while it runs, and what came out.</summary>
    public async Task<string> RunAsync(string title, Func<IStepProgress, Task<string>> step)
    {
        long started = TimeProvider.System.GetTimestamp();
        string outcome;
        try
        {
            outcome = _hasBars ? await RunWithBarAsync(title, step) : await step(new PlainProgress(_console, title, TimeProvider.System));
        }
        catch
        {
            WriteStep(IsUnicode ? "✗" : "x", "red", title, "failed");
            throw;
        }

        string elapsed = Figure.Seconds(TimeProvider.System.GetElapsedTime(started));
        WriteStep(IsUnicode ? "✓" : "+", "green", title, $"{outcome}  [dim]{elapsed}[/]", isMarkup: true);
        return outcome;
    }

    private void WriteStep(string mark, string color, string title, string outcome, bool isMarkup = false)
    {
        const int TitleWidth = 34;
        string shown = isMarkup ? outcome : Markup.Escape(outcome);
        _console.MarkupLine($"  [{color}]{mark}[/] {Markup.Escape(title.PadRight(TitleWidth))} {shown}");
    }

    private Task<string> RunWithBarAsync(string title, Func<IStepProgress, Task<string>> step) =>
        _console.Progress()
            .AutoClear(true)
            .Columns(
                new SpinnerColumn(Spinner.Known.Dots),
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn { Width = 24 },
                new PercentageColumn(),
                new ElapsedTimeColumn())
            .StartAsync(async context =>
            {
                ProgressTask task = context.AddTask($" {Markup.Escape(title)}", maxValue: 1);
                return await step(new BarProgress(task, title));
            });
}
