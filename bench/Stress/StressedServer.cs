using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Basalt.Bench.Stress;

/// <summary>A server process with a log file, to be killed.</summary>
internal sealed partial class StressedServer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StreamWriter _log;
    private readonly Action<string> _onFault;
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private StressedServer(Process process, string logPath, Action<string> onFault)
    {
        _process = process;
        _onFault = onFault;
        _log = new StreamWriter(logPath, append: true) { AutoFlush = true };
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Where it listens.</summary>
    public Task<Uri> Listening => _listening.Task.WaitAsync(Patience);

    public bool HasExited => _process.HasExited;

    /// <summary>Files and sockets that it has open.</summary>
    public int OpenFiles => Directory.GetFileSystemEntries($"/proc/{_process.Id}/fd").Length;

    /// <summary>Bytes of memory that it holds.</summary>
    public long ResidentBytes
    {
        get
        {
            string line = File.ReadLines($"/proc/{_process.Id}/status").First(each => each.StartsWith("VmRSS:", StringComparison.Ordinal));
            return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10;
        }
    }

    /// <summary>Starts a server.</summary>
    /// <param name="folder">Has its data, its backups beside them, and its log.</param>
    /// <param name="onFault">Takes lines of the log that tell of faults.</param>
    public static StressedServer Start(string folder, Action<string> onFault)
    {
        ProcessStartInfo start = new("dotnet", [ServerAssembly.Find(), "--port", "0"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["PERSISTENCE_DATA_PATH"] = Path.Combine(folder, "data"),
                ["LOG_FORMAT"] = "text",
                ["AUTOSCHEMA_ENABLED"] = "false",
                ["GRPC_ENABLED"] = "false",

                // Small, so that there are flushes and compactions all the time.
                ["BASALT_MEMTABLE_BYTES"] = "1048576",
                ["BASALT_BLOCK_CACHE_BYTES"] = "16777216",
                ["DOTNET_TieredPGO"] = "0",
                ["DOTNET_EnableDiagnostics"] = "0",
            },
        };
        return new StressedServer(Process.Start(start)!, Path.Combine(folder, "server.log"), onFault);
    }

    /// <summary>Ends it (SIGKILL) in the middle of whatever it does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Patience);
        lock (_log)
        {
            _log.Write("---- killed\n");
        }
    }

    /// <summary>Asks it to stop.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync()
    {
        using Process kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.WaitForExit();
        _process.Dispose();
        lock (_log)
        {
            _log.Dispose();
        }
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            _listening.TrySetException(new InvalidOperationException("The server ended before it listened."));
            return;
        }

        lock (_log)
        {
            _log.WriteLine(line);
        }

        if (ListeningLine().Match(line) is { Success: true } match)
        {
            _listening.TrySetResult(new Uri(match.Groups[1].Value));
        }
        else if (FaultLine().IsMatch(line))
        {
            _onFault(line);
        }
    }

    [GeneratedRegex(@"Listening on (http://\S+?)/?;")]
    private static partial Regex ListeningLine();

    [GeneratedRegex(@"^\S+ (fail|crit): |^Unhandled exception|Process terminated")]
    private static partial Regex FaultLine();
}
