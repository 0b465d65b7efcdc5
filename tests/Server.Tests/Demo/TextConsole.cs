using System.Text;
using Basalt.Tests.Support;
using Spectre.Console;

namespace Basalt.Server.Tests.Demo;

/// <summary>A console that is no terminal and keeps what is written. Thread-safe.</summary>
internal sealed class TextConsole : IDisposable
{
    private readonly LockedWriter _writer = new();

    public TextConsole()
    {
        Console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(_writer) });
    }

    public IAnsiConsole Console { get; }

    public string Text => _writer.ToString();

    public string[] Lines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public Task WaitForAsync(string text) => Eventually.TrueAsync(() => Text.Contains(text, StringComparison.Ordinal));

    public void Dispose() => _writer.Dispose();

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
