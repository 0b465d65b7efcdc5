using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Basalt.Server.Cli.Backup;

/// <summary>The help of a command, with examples and exit codes behind it.</summary>
internal sealed class ExamplesHelp : SynchronousCommandLineAction
{
    private readonly HelpAction _help = new();

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int code = _help.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        if (parseResult.CommandResult.Command is ReportingCommand { Examples: { IsEmpty: false } examples })
        {
            output.WriteLine(examples.Length == 1 ? "Example:" : "Examples:");
            foreach (string example in examples)
            {
                output.WriteLine($"  {CommandRunner.ProgramName} {example}");
            }

            output.WriteLine();
        }

        output.Write(ExitCode.Help);
        return code;
    }
}
