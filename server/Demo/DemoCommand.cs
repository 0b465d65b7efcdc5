using Basalt.Server.Cli;
using Spectre.Console;

namespace Basalt.Server.Demo;

/// <summary>Runs the demo from the command line.</summary>
internal static class DemoCommand
{
    private const int Passed = 0;
    private const int Failed = 1;
    private const int UsageError = 2;

    /// <summary>Runs the demo until it is done or told to stop.</summary>
    /// <returns>See <see cref="DemoArguments.Help"/>.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        DemoArguments arguments;
        try
        {
            arguments = DemoArguments.Parse(args);
        }
        catch (CommandLineException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return UsageError;
        }

        if (arguments.ShowHelp)
        {
            await Console.Out.WriteLineAsync(DemoArguments.Help);
            return Passed;
        }

        return await RunUntilStoppedAsync(new DemoPlan { Cities = CityDataSet.Load(), Keep = arguments.Keep });
    }

    private static async Task<int> RunUntilStoppedAsync(DemoPlan plan)
    {
        using var signal = new TerminationSignal();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            // Left to itself it would color files too, whenever TERM is set.
            Ansi = Console.IsOutputRedirected ? AnsiSupport.No : AnsiSupport.Detect,
        });
        try
        {
            return await new DemoRun(plan, DemoScenario.Steps, console).RunAsync(signal.Token) ? Passed : Failed;
        }
        catch (OperationCanceledException) when (signal.Token.IsCancellationRequested)
        {
            console.WriteLine("Stopped before the end; nothing is left behind.");
            return signal.ExitCode;
        }
    }
}
