using Spectre.Console;

namespace Basalt.Server.Cli;

/// <summary>Where a command writes. A terminal gets tables and progress bars; files and pipes get plain lines.</summary>
/// <param name="Output">Results.</param>
/// <param name="Error">Messages.</param>
/// <param name="OutputTerminal">The terminal behind <paramref name="Output"/>; null if there is none.</param>
/// <param name="ErrorTerminal">The terminal behind <paramref name="Error"/>; null if there is none.</param>
internal sealed record CommandConsole(
    TextWriter Output, TextWriter Error, IAnsiConsole? OutputTerminal = null, IAnsiConsole? ErrorTerminal = null)
{
    /// <summary>The console of this process.</summary>
    public static CommandConsole OfProcess() => new(
        Console.Out,
        Console.Error,
        Console.IsOutputRedirected ? null : Terminal(Console.Out),
        Console.IsErrorRedirected ? null : Terminal(Console.Error));

    private static IAnsiConsole Terminal(TextWriter writer) =>
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
}
