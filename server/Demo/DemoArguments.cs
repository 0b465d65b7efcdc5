using System.Globalization;
using Basalt.Server.Cli;

namespace Basalt.Server.Demo;

/// <summary>The command line of the demo.</summary>
/// <param name="ShowHelp">Print the help and end.</param>
/// <param name="Keep">Leave the server running at the end, and keep its data.</param>
/// <param name="Nodes">The nodes of the cluster to show; 1 shows one server.</param>
internal sealed record DemoArguments(bool ShowHelp, bool Keep, int Nodes = 1)
{
    private const int MaxNodes = 9;

    public const string Help = """
        Basalt demo: imports 135,233 cities into a real server, backs them up while a writer changes them, deletes
        them, restores them, and compares every object with the state at the backup's cut. Takes less than a minute.

        Usage: Basalt.Server demo [options]

        Options:
          --keep       Leave the server running at the end, print requests to try, and keep its data.
          --nodes N    Show a cluster of N nodes (2 to 9) on etcd instead: one node is killed during the backup,
                       which goes on when it is back, and is restored into the same cluster, into one node and
                       into five. Takes a minute or two, and needs the program etcd (Debian: etcd-server).
          --help       Print this text.

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
        int nodes = 1;
        for (int i = 0; i < arguments.Length; i++)
        {
            string argument = arguments[i];
            switch (argument)
            {
                case "--nodes":
                    nodes = ReadNodes(i + 1 < arguments.Length ? arguments[++i] : "nothing");
                    break;
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

        return nodes > 1 && keep
            ? throw new CommandLineException("The demo keeps one server, not a cluster: --keep and --nodes do not go together.")
            : new DemoArguments(help, keep, nodes);
    }

    private static int ReadNodes(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int nodes) && nodes is >= 2 and <= MaxNodes
            ? nodes
            : throw new CommandLineException($"--nodes takes 2 to {MaxNodes}, not '{text}'. See demo --help.");
}
