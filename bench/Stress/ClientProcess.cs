using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;

namespace Basalt.Bench.Stress;

/// <summary>The process that writes and checks: it is told with one line at a time, and answers each with one.</summary>
internal sealed class ClientProcess : IDisposable
{
    /// <summary>A check after which nothing else could be wrong but that it hangs.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly Process _process;
    private readonly Channel<string> _answers = Channel.CreateUnbounded<string>();

    private ClientProcess(Process process, Action<string> onFailure)
    {
        _process = process;

        // Ends with the process; whoever waits for an answer is told how.
        _ = ReadAsync(onFailure);
    }

    /// <summary>Starts it.</summary>
    /// <param name="options">The run.</param>
    /// <param name="onFailure">Takes each failure that it finds.</param>
    public static ClientProcess Start(StressOptions options, Action<string> onFailure)
    {
        string seed = options.Seed.ToString(CultureInfo.InvariantCulture);
        string workers = options.Workers.ToString(CultureInfo.InvariantCulture);
        ProcessStartInfo start = new("dotnet", [typeof(ClientProcess).Assembly.Location, StressCommand.ClientName, seed, workers])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { ["DOTNET_TieredPGO"] = "0", ["DOTNET_EnableDiagnostics"] = "0" },
        };
        return new ClientProcess(Process.Start(start)!, onFailure);
    }

    /// <summary>Tells it what will happen, without an answer.</summary>
    public async Task TellAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Tells it what to do and waits until it is done.</summary>
    /// <returns>What it answers.</returns>
    public async Task<string> AskAsync(string line, CancellationToken cancellationToken)
    {
        await TellAsync(line);
        return await _answers.Reader.ReadAsync(cancellationToken).AsTask().WaitAsync(Patience, cancellationToken);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.WaitForExit();
        _process.Dispose();
    }

    private async Task ReadAsync(Action<string> onFailure)
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(FailureMark, StringComparison.Ordinal))
            {
                onFailure(line[FailureMark.Length..]);
            }
            else
            {
                await _answers.Writer.WriteAsync(line);
            }
        }

        _answers.Writer.Complete(new InvalidOperationException("The checking process ended."));
    }

    /// <summary>What a line with a failure begins with.</summary>
    public const string FailureMark = "failure ";
}
