using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Basalt.Bench.Stress;

/// <summary>
/// The supervisor: starts the server, lets the client load it, kills the server at a random moment, starts it again, and has the client check
/// everything. Now and then the server is killed again while it starts, or stopped as an operator would.
/// </summary>
internal sealed class StressRun(StressOptions options)
{
    private const int MostOpenFiles = 1000;
    private const long MostResidentBytes = 1500L << 20;

    private readonly ConcurrentQueue<string> _failures = new();
    private readonly Random _random = new(options.Seed);
    private readonly Stopwatch _elapsed = Stopwatch.StartNew();
    private int _kills;
    private int _stops;
    private int _rounds;

    /// <summary>What the client counted, and the kills.</summary>
    public Dictionary<string, long> Counts { get; private set; } = [];

    /// <summary>Runs to the end, or to the end of the round with the first failure.</summary>
    /// <returns>The failures.</returns>
    public async Task<IReadOnlyCollection<string>> RunAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.Folder);
        options.Say($"seed {options.Seed}, {options.Duration.TotalSeconds:F0} s, {options.Workers} writers, in {options.Folder}");
        using (ClientProcess client = ClientProcess.Start(options, Fail))
        {
            try
            {
                while (_failures.IsEmpty && _elapsed.Elapsed < options.Duration)
                {
                    await RunRoundAsync(client, cancellationToken);
                }

                if (_failures.IsEmpty)
                {
                    await FinishAsync(client, cancellationToken);
                }

                Counts = JsonSerializer.Deserialize<Dictionary<string, long>>(await client.AskAsync("end", cancellationToken))!;
            }
            catch (Exception exception) when (exception is TimeoutException or InvalidOperationException or IOException)
            {
                Fail(exception.Message);
            }
        }

        Report();
        return _failures;
    }

    private async Task RunRoundAsync(ClientProcess client, CancellationToken cancellationToken)
    {
        _rounds++;
        using StressedServer server = await StartAsync(client, cancellationToken);
        if (!_failures.IsEmpty)
        {
            return;
        }

        await client.AskAsync("load", cancellationToken);
        TimeSpan load = options.Round.Shortest + ((options.Round.Longest - options.Round.Shortest) * _random.NextDouble());
        Stopwatch loaded = Stopwatch.StartNew();
        while (loaded.Elapsed < load && _failures.IsEmpty && !server.HasExited)
        {
            TimeSpan rest = load - loaded.Elapsed;
            await Task.Delay(rest < TimeSpan.FromMilliseconds(100) && rest > TimeSpan.Zero ? rest : TimeSpan.FromMilliseconds(100), cancellationToken);
        }

        if (server.HasExited)
        {
            Fail("The server ended by itself; see its log.");
        }

        bool isKill = _random.Next(6) > 0;
        await client.TellAsync(isKill ? "killing" : "stopping");
        if (isKill)
        {
            await server.KillAsync();
            _kills++;
        }
        else
        {
            int code = await server.StopAsync();
            _stops++;
            if (code != 0)
            {
                Fail($"The server stopped with exit code {code}.");
            }
        }

        await client.AskAsync("down", cancellationToken);
        options.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{_elapsed.Elapsed.TotalSeconds,7:F1} s  round {_rounds}: {(isKill ? "killed" : "stopped")} after {loaded.Elapsed.TotalSeconds:F1} s of load"));
    }

    /// <summary>Starts a server, which is killed on its way now and then, and has it checked.</summary>
    private async Task<StressedServer> StartAsync(ClientProcess client, CancellationToken cancellationToken)
    {
        while (_random.Next(5) == 0)
        {
            using StressedServer early = StressedServer.Start(options.Folder, Fail);
            await Task.WhenAny(early.Listening, Task.Delay(_random.Next(1500), cancellationToken));
            await Task.Delay(_random.Next(300), cancellationToken);
            await early.KillAsync();
            _kills++;
        }

        StressedServer server = StressedServer.Start(options.Folder, Fail);
        try
        {
            await client.AskAsync($"check {await server.Listening}", cancellationToken);
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>A last round without a kill: all backups are restored, and the server must have let go of everything.</summary>
    private async Task FinishAsync(ClientProcess client, CancellationToken cancellationToken)
    {
        RemovePins();
        using StressedServer server = await StartAsync(client, cancellationToken);
        if (!_failures.IsEmpty)
        {
            return;
        }

        await client.AskAsync("load", cancellationToken);
        await Task.Delay(options.Round.Shortest, cancellationToken);
        await client.AskAsync("finish", cancellationToken);
        int files = server.OpenFiles;
        long bytes = server.ResidentBytes;
        options.Say($"at the end: {files} open files, {bytes >> 20} MiB resident");
        if (files > MostOpenFiles || bytes > MostResidentBytes)
        {
            Fail($"The server holds {files} open files and {bytes} bytes of memory.");
        }

        if (await server.StopAsync() is not 0 and int code)
        {
            Fail($"The server stopped with exit code {code}.");
        }
    }

    /// <summary>As if the hours had passed after which readers that were killed no longer keep the objects of deleted backups.</summary>
    private void RemovePins()
    {
        string backups = Path.Combine(options.Folder, "data-backups");
        foreach (string pin in Directory.Exists(backups) ? Directory.GetFiles(backups, "pin-*.json", SearchOption.AllDirectories) : [])
        {
            File.Delete(pin);
        }
    }

    private void Fail(string failure)
    {
        _failures.Enqueue(failure);
        options.Say($"FAILURE {failure}");
    }

    private void Report()
    {
        Counts["rounds"] = _rounds;
        Counts["kills"] = _kills;
        Counts["stops"] = _stops;
        foreach ((string what, long count) in Counts.OrderBy(each => each.Key, StringComparer.Ordinal))
        {
            options.Say(string.Create(CultureInfo.InvariantCulture, $"{count,12:N0}  {what}"));
        }

        if (_failures.IsEmpty)
        {
            Directory.Delete(options.Folder, recursive: true);
            options.Say($"no failures in {_elapsed.Elapsed.TotalSeconds:F0} s, seed {options.Seed}");
        }
        else
        {
            options.Say($"{_failures.Count} failures, seed {options.Seed}; data, backups and server.log are kept in {options.Folder}");
        }
    }
}
