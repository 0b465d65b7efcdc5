using Basalt.Server.Cli;
using Basalt.Server.Demo.Cluster;
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

        var plan = new DemoPlan { Cities = CityDataSet.Load(), Keep = arguments.Keep };
        return await RunUntilStoppedAsync(arguments.Nodes == 1
            ? (console, stop) => new DemoRun(plan, DemoScenario.Steps, console).RunAsync(stop)
            : (console, stop) => new ClusterDemoRun(plan, arguments.Nodes, console).RunAsync(stop));
    }

    private static async Task<int> RunUntilStoppedAsync(Func<IAnsiConsole, CancellationToken, Task<bool>> run)
    {
        using var signal = new TerminationSignal();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            // Left to itself it would color files too, whenever TERM is set.
            Ansi = Console.IsOutputRedirected ? AnsiSupport.No : AnsiSupport.Detect,
        });
        try
        {
            return await run(console, signal.Token) ? Passed : Failed;
        }
        catch (OperationCanceledException) when (signal.Token.IsCancellationRequested)
        {
            console.WriteLine("Stopped before the end; nothing is left behind.");
            return signal.ExitCode;
        }
    }
}
