using System.Collections.Concurrent;
using System.Diagnostics;
using Basalt.Backup.Tests.Support.Faults;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.KillMatrix;

/// <summary>Holds one request of a server to its store, and kills the server then.</summary>
internal sealed class KillSwitch
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Stopwatch _sinceKill = new();
    private readonly int _step;
    private readonly bool _isAfter;
    private readonly Func<ProxiedCall, bool> _isStep;
    private int _steps;
    private int _held = -1;

    /// <param name="proxy">What the requests go through.</param>
    /// <param name="isStep">Whether a request is a step; others pass.</param>
    /// <param name="step">How many pass before the one that is held.</param>
    /// <param name="isAfter">Whether the store carries that one out.</param>
    public KillSwitch(FaultProxy proxy, Func<ProxiedCall, bool> isStep, int step, bool isAfter)
    {
        _isStep = isStep;
        _step = step;
        _isAfter = isAfter;
        proxy.Before = BeforeAsync;
        proxy.After = AfterAsync;
    }

    /// <summary>From the kill to the first upload or download of data after it; null: there was none.</summary>
    public TimeSpan? Resumed { get; private set; }

    /// <summary>How often each object of data was asked for and given.</summary>
    public ConcurrentDictionary<string, int> Downloads { get; } = new(StringComparer.Ordinal);

    /// <summary>The request that was held.</summary>
    public string Held { get; private set; } = "none";

    /// <summary>Waits for the request and kills the server; false: the operation ended before it came.</summary>
    /// <param name="server">The server.</param>
    /// <param name="hasEnded">Asks whether the operation has ended.</param>
    public async Task<bool> PullAsync(ServerProcess server, Func<Task<bool>> hasEnded)
    {
        while (!_reached.Task.IsCompleted)
        {
            if (await hasEnded())
            {
                return false;
            }

            await Task.WhenAny(_reached.Task, Task.Delay(50));
        }

        await server.KillAsync();
        _sinceKill.Start();
        return true;
    }

    private Task BeforeAsync(ProxiedCall call)
    {
        if (IsData(call.Target) && _sinceKill.IsRunning)
        {
            Resumed ??= _sinceKill.Elapsed;
        }

        if (_isStep(call) && Interlocked.Increment(ref _steps) - 1 == _step)
        {
            Volatile.Write(ref _held, call.Number);
        }

        return _isAfter ? Task.CompletedTask : HoldAsync(call);
    }

    private Task AfterAsync(ProxiedCall call)
    {
        if (IsData(call.Target) && call.Method == "GET")
        {
            Downloads.AddOrUpdate(call.Target.Split('?')[0], 1, (_, count) => count + 1);
        }

        return _isAfter ? HoldAsync(call) : Task.CompletedTask;
    }

    private async Task HoldAsync(ProxiedCall call)
    {
        if (call.Number == Volatile.Read(ref _held) && _reached.TrySetResult())
        {
            Held = $"{call.Method} {call.Target}";
            await Task.Delay(Timeout.Infinite, call.Aborted);
        }
    }

    private static bool IsData(string target) =>
        !target.Contains("prefix=", StringComparison.Ordinal)
        && (target.Contains("/.repo/data/", StringComparison.Ordinal) || target.Contains("/pack-", StringComparison.Ordinal));
}
