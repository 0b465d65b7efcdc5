using System.Collections.Immutable;
using System.CommandLine;
using Basalt.Backup;
using Basalt.Server.Cli.Backup;

namespace Basalt.Server.Cli;

/// <summary>A command that ends with a result, as text or as JSON, or with the reason why there is none.</summary>
internal abstract class ReportingCommand : Command
{
    private readonly CommandConsole _console;
    private readonly Option<bool> _json = new("--json") { Description = "Write the result as one JSON document." };

    protected ReportingCommand(string group, string name, string description, CommandConsole console, ImmutableArray<string> examples)
        : base(name, description)
    {
        _console = console;
        Line = group.Length > 0 ? $"{group} {name}" : name;
        Examples = group.Length > 0 ? [.. examples.Select(example => $"{group} {example}")] : examples;
        Options.Add(_json);
        SetAction(RunAsync);
    }

    /// <summary>How it is called, without the program's name.</summary>
    public string Line { get; }

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
