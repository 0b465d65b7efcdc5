using System.Collections.Immutable;
using System.CommandLine;
using Basalt.Backup;

namespace Basalt.Server.Cli.Backup;

/// <summary>A command on a repository: <c>backup list</c> for example.</summary>
internal abstract class RepositoryCommand : Command
{
    private readonly CommandConsole _console;
    private readonly Option<bool> _json = new("--json") { Description = "Write the result as one JSON document." };

    protected RepositoryCommand(string name, string description, CommandConsole console, params ImmutableArray<string> examples)
        : base(name, description)
    {
        _console = console;
        Examples = examples;
        Options.Add(_json);
        SetAction(RunAsync);
    }

    /// <summary>Examples for the help, without the program's name.</summary>
    public ImmutableArray<string> Examples { get; }

    /// <summary>Does what the command is for.</summary>
    /// <returns>The exit code.</returns>
    protected abstract Task<int> ExecuteAsync(ParseResult arguments, CommandReport report, CancellationToken cancellationToken);

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        try
        {
            return await ExecuteAsync(arguments, new CommandReport(_console, arguments.GetValue(_json)), cancellationToken);
        }
        catch (BackupException canceled) when (canceled.Error == BackupError.Canceled && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(canceled.Message, canceled, cancellationToken);
        }
        catch (Exception failure) when (CommandFailedException.CodeOf(failure) is { } code)
        {
            await _console.Error.WriteLineAsync(PrintableText.Of(failure.Message, keepLines: true));
            return code;
        }
    }
}
