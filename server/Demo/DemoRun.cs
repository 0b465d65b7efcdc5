using System.Collections.Immutable;
using System.Diagnostics;
using Basalt.Engine;
using Basalt.Server.Configuration;
using Basalt.Server.Demo.Display;
using Basalt.Server.Demo.Steps;
using Basalt.Server.Hosting;
using Spectre.Console;

namespace Basalt.Server.Demo;

/// <summary>One run of the demo: a server of its own, the steps against it, and the figures at the end.</summary>
internal sealed class DemoRun(DemoPlan plan, ImmutableArray<IDemoStep> steps, IAnsiConsole console)
{
    private readonly StepDisplay _display = new(console);

    /// <summary>Runs the demo. Server and data are gone when it returns, unless the plan keeps the data.</summary>
    /// <returns>Whether every step and check passed.</returns>
    /// <exception cref="OperationCanceledException">It was interrupted before that was known.</exception>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        WriteTitle();
        try
        {
            using DataFolder folder = DataFolder.Create();
            await using ServerHost server = await ServerHost.StartAsync(Settings(folder), cancellationToken: cancellationToken);
            await using DemoSession session = new(plan, server.Address);
            console.MarkupLine($"[dim]Server on {server.Address}, data in {Markup.Escape(folder.Path)}[/]");
            console.WriteLine();
            bool passed = await RunStepsAsync(session, cancellationToken);
            if (passed)
            {
                DemoReport.Write(console, session);
                WritePassed(Stopwatch.GetElapsedTime(started));
            }

            if (plan.Keep)
            {
                await session.StopWritingAsync();
                folder.Keep();
                KeepInstructions.Write(console, session, server.Address, folder);
                await UntilAsync(cancellationToken);
            }

            return passed;
        }
        catch (Exception failure) when (failure is DatabaseException or SettingsException or IOException or UnauthorizedAccessException)
        {
            WriteFailure(
                $"The demo's server or its data folder failed: {failure.Message}",
                $"It needs about 500 MB below {Path.GetTempPath()}; set TMPDIR to a folder on another disk if that is the cause.");
            return false;
        }
    }

    private static ServerSettings Settings(DataFolder folder) => new()
    {
        DataPath = folder.Data,
        FileSystemBackupPath = folder.Backups,
        Urls = ["http://127.0.0.1:0"],
        NodeName = "demo",

        // Its lines go to the same terminal as the demo's: only what a reader must know.
        LogLevel = LogLevel.Warning,
        LogFormat = LogFormat.Text,
    };

    private async Task<bool> RunStepsAsync(DemoSession session, CancellationToken cancellationToken)
    {
        foreach (IDemoStep step in steps)
        {
            try
            {
                await _display.RunAsync(step.Title, progress => step.RunAsync(session, progress, cancellationToken));
            }
            catch (Exception failure) when (failure is DemoFailureException or HttpRequestException or InvalidDataException)
            {
                WriteFailure(
                    failure.Message,
                    plan.Keep
                        ? "The server is still there to be looked at."
                        : "Run it again with --keep: server and data then stay to be looked at. Please report it if it fails again.");
                return false;
            }
        }

        return true;
    }

    // With a server that is kept, being interrupted is the normal end.
    private static async Task UntilAsync(CancellationToken cancellationToken) =>
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private void WriteTitle()
    {
        console.WriteLine();
        console.MarkupLine("[bold]Basalt demo[/]: back up a live database, lose it, get it back exactly");
        console.MarkupLine($"[dim]{Figure.Count(plan.Cities.Count)} populated places of GeoNames (geonames.org), licence CC BY 4.0[/]");
    }

    private void WritePassed(TimeSpan elapsed)
    {
        console.WriteLine();
        console.MarkupLine($"[green]All checks passed[/] in {Figure.Seconds(elapsed)}: each restore equals its backup's cut, exactly.");
    }

    private void WriteFailure(string what, string advice)
    {
        console.WriteLine();
        console.MarkupLine($"[red]Failed:[/] {Markup.Escape(what)}");
        console.WriteLine(advice);
    }
}
