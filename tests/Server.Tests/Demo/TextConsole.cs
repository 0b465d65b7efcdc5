using Spectre.Console;

namespace Basalt.Server.Tests.Demo;

/// <summary>A console that is no terminal and keeps what is written.</summary>
internal sealed class TextConsole : IDisposable
{
    private readonly StringWriter _writer = new();

    public TextConsole()
    {
        Console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(_writer) });
    }

    public IAnsiConsole Console { get; }

    public string Text => _writer.ToString();

    public string[] Lines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public void Dispose() => _writer.Dispose();
}
