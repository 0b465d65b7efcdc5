using System.Collections.Concurrent;
using System.Diagnostics;

namespace Basalt.Server.Demo.Cluster;

/// <summary>A program that the demo runs beside itself, and ends with itself. What it writes is kept for messages.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int KeptLines = 20;

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly TaskCompletionSource<string> _awaited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _marker;

    private ChildProcess(Process process, string marker)
    {
        _process = process;
        _marker = marker;
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.Exited += (_, _) => _awaited.TrySetException(new DemoFailureException($"{process.StartInfo.FileName} has ended: {Tail}"));
        process.EnableRaisingEvents = true;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    private string Tail => string.Join(Environment.NewLine, _lines);

    /// <summary>Starts a program.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="variables">Variables of its environment.</param>
    /// <param name="marker">What a line says when it is ready.</param>
    /// <param name="patience">How long it may take until then.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The program, and the line that said that it is ready.</returns>
    /// <exception cref="DemoFailureException">It cannot be started, or does not become ready.</exception>
    public static async Task<(ChildProcess Child, string Line)> StartAsync(
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string> variables,
        string marker,
        TimeSpan patience,
        CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new DemoFailureException($"{program} cannot be started: {missing.Message}. The demo of a cluster needs it.", missing);
        }

        var child = new ChildProcess(process, marker);
        try
        {
            return (child, await child._awaited.Task.WaitAsync(patience, cancellationToken));
        }
        catch (TimeoutException late)
        {
            string tail = child.Tail;
            await child.DisposeAsync();
            throw new DemoFailureException($"{program} was not ready within {patience.TotalSeconds:N0} s: {tail}", late);
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends it in the midst of whatever it does, as kill -9 does.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }

        _lines.Enqueue(line);
        while (_lines.Count > KeptLines)
        {
            _lines.TryDequeue(out _);
        }

        if (line.Contains(_marker, StringComparison.Ordinal))
        {
            _awaited.TrySetResult(line);
        }
    }
}
