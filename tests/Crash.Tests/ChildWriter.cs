using System.Diagnostics;
using Basalt.Crash.Writer;

namespace Basalt.Crash.Tests;

/// <summary>A process that writes to a database and can be killed at any moment.</summary>
internal sealed class ChildWriter : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly TaskCompletionSource _saidEnough = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _enoughLines;
    private readonly Task _reading;
    private readonly Task<string> _errors;

    private ChildWriter(Process process, ReportedState reported, int enoughLines)
    {
        _process = process;
        _enoughLines = enoughLines;
        _reading = ReadAsync(process.StandardOutput, reported);
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Starts the process.</summary>
    /// <param name="arguments">What it is to do.</param>
    /// <param name="reported">Takes what it says.</param>
    /// <param name="enoughLines">After how many lines <see cref="SaidEnough"/> completes.</param>
    /// <param name="wrapper">A program with its arguments that runs it, as <c>strace</c> does; none if empty.</param>
    public static ChildWriter Start(WriterArguments arguments, ReportedState reported, int enoughLines, params string[] wrapper) =>
        Start(arguments.ToArray(), reported, enoughLines, wrapper);

    /// <summary>Starts the process with other arguments.</summary>
    public static ChildWriter Start(string[] arguments, ReportedState reported, int enoughLines, params string[] wrapper)
    {
        string[] command =
        [
            .. wrapper,
            Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
            typeof(WriterArguments).Assembly.Location,
            .. arguments,
        ];
        ProcessStartInfo start = new(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };

        // Optimising in the background takes a core from the tests beside; the diagnostics socket would outlive a kill.
        start.Environment["DOTNET_TieredCompilation"] = "1";
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        return new ChildWriter(Process.Start(start)!, reported, enoughLines);
    }

    /// <summary>Completes when it said so much, or ended before.</summary>
    public Task SaidEnough => _saidEnough.Task;

    /// <summary>Kills the process (SIGKILL), unless it ended before.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await EndAsync();
    }

    /// <summary>Waits until it ended on its own.</summary>
    /// <returns>The exit code, and what it wrote to its standard error.</returns>
    public async Task<(int Code, string Errors)> EndAsync()
    {
        await _reading.WaitAsync(Patience);
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return (_process.ExitCode, await _errors);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private async Task ReadAsync(StreamReader output, ReportedState reported)
    {
        for (int lines = 1; await output.ReadLineAsync() is { } line; lines++)
        {
            reported.Add(line);
            if (lines >= _enoughLines)
            {
                _saidEnough.TrySetResult();
            }
        }

        _saidEnough.TrySetResult();
    }
}
