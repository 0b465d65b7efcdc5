using System.Text;
using Basalt.Tests.Support;
using Spectre.Console;

namespace Basalt.Server.Tests.Demo;

/// <summary>A console that keeps what is written; no terminal unless told. Thread-safe.</summary>
internal sealed class TextConsole : IDisposable
{
    private readonly LockedWriter _writer = new();

    public TextConsole(bool isTerminal = false)
    {
        Console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Yes : AnsiSupport.No,
            Interactive = isTerminal ? InteractionSupport.Yes : InteractionSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Out = isTerminal ? new TerminalOutput(_writer) : new AnsiConsoleOutput(_writer),
        });
    }

    public IAnsiConsole Console { get; }

    public string Text => _writer.ToString();

    public string[] Lines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public Task WaitForAsync(string text) => Eventually.TrueAsync(() => Text.Contains(text, StringComparison.Ordinal));

    public void Dispose() => _writer.Dispose();

    private sealed class TerminalOutput(TextWriter writer) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;

        public bool IsTerminal => true;

        public int Width => 80;

        public int Height => 25;

        public void SetEncoding(Encoding encoding)
        {
            // There is only UTF-8 here.
        }
    }

    /// <summary>Can be read while it is written, which a StringWriter cannot.</summary>
    private sealed class LockedWriter : TextWriter
    {
        private readonly Lock _lock = new();
        private readonly StringBuilder _text = new();

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value)
        {
            lock (_lock)
            {
                _text.Append(value);
            }
        }

        public override string ToString()
        {
            lock (_lock)
            {
                return _text.ToString();
            }
        }
    }
}
