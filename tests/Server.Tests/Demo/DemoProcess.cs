using System.Diagnostics;

namespace Basalt.Server.Tests.Demo;

/// <summary>The demo as a user runs it: in a process of its own.</summary>
internal sealed class DemoProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly Task<string> _errors;

    public DemoProcess(string temporaryFolder, params ReadOnlySpan<string> arguments)
    {
        // A shell that starts the tests in the background has them ignore Ctrl-C, and so would every process below them.
        ProcessStartInfo start = new("env") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("--default-signal=INT");
        start.ArgumentList.Add("dotnet");
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Basalt.Server.dll"));
        start.ArgumentList.Add("demo");
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["TMPDIR"] = temporaryFolder;
        start.Environment["TERM"] = "xterm-256color";
        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Reads its output up to a line that contains a text.</summary>
    public async Task WaitForLineAsync(string text)
    {
        using CancellationTokenSource patience = new(Patience);
        while (await _process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return;
            }
        }

        throw new InvalidOperationException($"The demo ended before it wrote '{text}': {await _errors}");
    }

    public async Task SendAsync(string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code, and the rest of its output.</returns>
    public async Task<(int ExitCode, string Output, string Errors)> WaitAsync()
    {
        using CancellationTokenSource patience = new(Patience);
        string output = await _process.StandardOutput.ReadToEndAsync(patience.Token);
        await _process.WaitForExitAsync(patience.Token);
        return (_process.ExitCode, output, await _errors);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
