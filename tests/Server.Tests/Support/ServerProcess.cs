using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Basalt.Server.Tests.Support;

/// <summary>The server as operators run it: a process of its own, which can be killed.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _stopping = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private ApiClient? _client;

    private ServerProcess(Process process) => _process = process;

    /// <summary>Its id in the list of processes.</summary>
    public int Id => _process.Id;

    /// <summary>Where it listens.</summary>
    public Uri Address => _listening.Task.Result;

    /// <summary>The lines that it wrote so far; all of them once it has exited.</summary>
    public IReadOnlyCollection<string> Output => _output;

    public ApiClient Client => _client ??= new ApiClient(Address);

    /// <summary>Completes when it says that it stops.</summary>
    public Task Stopping => _stopping.Task.WaitAsync(Patience);

    /// <summary>Starts the server on a data directory, with further variables in its environment, and waits until it listens.</summary>
    /// <param name="dataPath">The data directory.</param>
    /// <param name="environment">Further variables.</param>
    /// <param name="tracer">A program, with its arguments, that runs the server.</param>
    public static async Task<ServerProcess> StartAsync(
        string dataPath, IReadOnlyDictionary<string, string>? environment = null, params string[] tracer)
    {
        string[] listening = environment?.ContainsKey("ASPNETCORE_URLS") == true ? [] : ["--port", "0"];
        string[] command = [.. tracer, "dotnet", Path.Combine(AppContext.BaseDirectory, "Basalt.Server.dll"), .. listening];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["PERSISTENCE_DATA_PATH"] = dataPath, ["LOG_FORMAT"] = "text" },
        };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var server = new ServerProcess(Process.Start(start)!);
        try
        {
            server.Listen();
            await server._listening.Task.WaitAsync(Patience);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends it in the middle of whatever it does, as a crash would.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await ExitAsync();
    }

    /// <summary>Asks it to stop, as a service manager does.</summary>
    public void Terminate() => Signal("TERM");

    /// <summary>Sends it a signal.</summary>
    public void Signal(string name)
    {
        using Process kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private void Listen()
    {
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                _listening.TrySetException(new InvalidOperationException($"The server ended before it listened: {string.Join('\n', _errors)}"));
                return;
            }

            _output.Enqueue(line.Data);
            if (ListeningLine().Match(line.Data) is { Success: true } match)
            {
                _listening.TrySetResult(new Uri(match.Groups[1].Value));
            }
            else if (line.Data.Contains("Stopping:", StringComparison.Ordinal))
            {
                _stopping.TrySetResult();
            }
        };
        _process.ErrorDataReceived += (_, line) => _errors.Enqueue(line.Data ?? "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    [GeneratedRegex(@"Listening on (http://\S+)(?:;|/;)")]
    private static partial Regex ListeningLine();
}
