using Basalt.Server.Cli;

namespace Basalt.Server.Demo;

/// <summary>The command line of the demo.</summary>
/// <param name="ShowHelp">Print the help and end.</param>
/// <param name="Keep">Leave the server running at the end, and keep its data.</param>
internal sealed record DemoArguments(bool ShowHelp, bool Keep)
{
    public const string Help = """
        Basalt demo: imports 135,233 cities into a real server, backs them up while a writer changes them, deletes
        them, restores them, and compares every object with the state at the backup's cut. Takes less than a minute.

        Usage: Basalt.Server demo [options]

        Options:
          --keep    Leave the server running at the end, print requests to try, and keep its data.
          --help    Print this text.

        The server runs inside this process, on a free port of 127.0.0.1; its data is in a new folder below TMPDIR
        (/tmp unless set) that is deleted at the end. No network is needed. Ctrl-C stops it at any time.

        Exit code: 0 all checks passed, 1 a step or a check failed, 2 the command line is wrong,
                   130 or 143 it was interrupted before the end.
        """;

    /// <summary>Parses arguments.</summary>
    /// <exception cref="CommandLineException">There is one that the demo does not know.</exception>
    public static DemoArguments Parse(ReadOnlySpan<string> arguments)
    {
        bool help = false;
        bool keep = false;
        foreach (string argument in arguments)
        {
            switch (argument)
            {
                case "--help" or "-h":
                    help = true;
                    break;
                case "--keep":
                    keep = true;
                    break;
                default:
                    throw new CommandLineException($"The demo has no option '{argument}'. See demo --help.");
            }
        }

        return new DemoArguments(help, keep);
    }
}
