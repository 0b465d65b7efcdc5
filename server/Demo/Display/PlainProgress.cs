using Spectre.Console;

namespace Basalt.Server.Demo.Display;

/// <summary>Shows progress as a line every few seconds, so that a log shows life but does not drown. Thread-safe.</summary>
internal sealed class PlainProgress(IAnsiConsole console, string title, TimeProvider clock) : IStepProgress
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private readonly Lock _lock = new();
    private long _lastLine = clock.GetTimestamp();

    public void Report(double part, string detail)
    {
        lock (_lock)
        {
            if (clock.GetElapsedTime(_lastLine) >= Interval)
            {
                _lastLine = clock.GetTimestamp();
                console.WriteLine($"    {title}: {part * 100:N0} %, {detail}");
            }
        }
    }
}
