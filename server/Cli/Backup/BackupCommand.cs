using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;

namespace Basalt.Server.Cli.Backup;

/// <summary>Works on repositories of backups without a server, from the command line.</summary>
internal static class BackupCommand
{
    /// <summary>What the help calls the program, however it was started.</summary>
    public const string ProgramName = "basalt";

    private const string Name = "backup";

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
    /// <param name="args">What follows <c>backup</c>.</param>
    /// <param name="console">Where it writes.</param>
    /// <param name="cancellationToken">Stops it cleanly.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="OperationCanceledException">It was stopped before the end.</exception>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CommandConsole console, CancellationToken cancellationToken)
    {
        ParseResult parsed = Build(console).Parse([Name, .. args]);
        if (parsed.Errors.Count > 0 && parsed.Action is not ExamplesHelp)
        {
            foreach (ParseError error in parsed.Errors)
            {
                await console.Error.WriteLineAsync(error.Message);
            }

            string path = parsed.CommandResult.Command is RepositoryCommand command ? $"{Name} {command.Name}" : Name;
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
        new Command(Name, "Makes, checks, restores and tidies up backups in a repository, without a server.")
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
    };
}
