using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Basalt.Server.Cli.Backup;
using Basalt.Server.Cli.Inspection;

namespace Basalt.Server.Cli;

/// <summary>The commands that need no server: on repositories of backups, and on the data of a server that does not run.</summary>
internal static class CommandRunner
{
    /// <summary>What the help calls the program, however it was started.</summary>
    public const string ProgramName = "basalt";

    /// <summary>The commands on repositories.</summary>
    public const string Backup = "backup";

    /// <summary>Runs a command until it is done or told to stop.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        using var signal = new TerminationSignal();
        try
        {
            return await RunAsync(args, CommandConsole.OfProcess(), signal.Token);
        }
        catch (OperationCanceledException) when (signal.Token.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Stopped before the end.");
            return signal.ExitCode;
        }
    }

    /// <summary>Runs a command.</summary>
    /// <param name="args">The command with its arguments.</param>
    /// <param name="console">Where it writes.</param>
    /// <param name="cancellationToken">Stops it cleanly.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="OperationCanceledException">It was stopped before the end.</exception>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CommandConsole console, CancellationToken cancellationToken)
    {
        ParseResult parsed = Build(console).Parse([.. args]);
        if (parsed.Errors.Count > 0 && parsed.Action is not ExamplesHelp)
        {
            foreach (ParseError error in parsed.Errors)
            {
                await console.Error.WriteLineAsync(error.Message);
            }

            string path = parsed.CommandResult.Command is ReportingCommand command ? command.Line : Backup;
            await console.Error.WriteLineAsync($"See '{ProgramName} {path} --help'.");
            return ExitCode.UsageError;
        }

        // No time limit of the parser's: a backup that is told to stop decides its end in the repository first.
        var invocation = new InvocationConfiguration
        {
            Output = console.Output,
            Error = console.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        return await parsed.InvokeAsync(invocation, cancellationToken);
    }

    private static Command Build(CommandConsole console) => new(ProgramName)
    {
        new HelpOption { Action = new ExamplesHelp() },
        new Command(Backup, "Makes, checks, restores and tidies up backups in a repository, without a server.")
        {
            new CreateCommand(console),
            new ListCommand(console),
            new ShowCommand(console),
            new VerifyCommand(console),
            new RestoreCommand(console),
            new DeleteCommand(console),
            new PruneCommand(console),
            new GarbageCollectionCommand(console),
            new CopyCommand(console),
            new ProbeCommand(console),
        },
        new CheckCommand(console),
        new RepairCommand(console),
    };
}
