using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Basalt.Bench.Reports;
using Basalt.Bench.Stress;
using Basalt.Bench.Stress.Client;

namespace Basalt.Bench.Soak;

/// <summary>Requests at a fixed rate, whether earlier ones are answered or not, with a backup every so often and old ones deleted.</summary>
internal sealed class SoakRun(string folder, TimeSpan duration, int seed, int rate, Action<string> say)
{
    private const int Windows = 13;
    private const int Senders = 16;
    private const int Objects = 5_000;
    private const int BackupsKept = 3;
    private const string Class = "Alpha";
    private const string Backups = BackupActor.Backups;

    private readonly ConcurrentQueue<string> _failures = new();
    private readonly List<SoakWindow> _windows = [];
    private volatile SoakWindow _window = new() { Start = 0 };
    private long _next;

    /// <summary>Whether latencies must not grow.</summary>
    public bool IsLatencyJudged { get; init; } = true;

    /// <returns>What was wrong.</returns>
    public async Task<IReadOnlyCollection<string>> RunAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        using (StressedServer server = StressedServer.Start(folder, _failures.Enqueue))
        {
            using StressApi api = new(new StressJournal(TextWriter.Null));
            api.Connect(await server.Listening);
            await api.ExpectAsync(HttpMethod.Post, "v1/schema", StressClass.Definition(Class), 200);
            for (int first = 0; first < Objects; first += 500)
            {
                await WriteAsync(api, [.. Enumerable.Range(first, 500)], 1);
            }

            await LoadAsync(server, api, cancellationToken);
            await server.StopAsync();
        }

        foreach (string failure in SoakVerdict.Of(_windows, IsLatencyJudged))
        {
            _failures.Enqueue(failure);
        }

        say(Table());
        say(_failures.IsEmpty ? "steady" : $"not steady:{Environment.NewLine}{string.Join(Environment.NewLine, _failures)}");
        Directory.Delete(folder, recursive: true);
        return _failures;
    }

    private async Task LoadAsync(StressedServer server, StressApi api, CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _windows.Add(_window);
        long start = Stopwatch.GetTimestamp();
        Task[] tasks = [.. Enumerable.Range(0, Senders).Select(number => SendAsync(api, start, number, stop.Token)), BackUpAsync(api, stop.Token)];
        for (int number = 1; number <= Windows; number++)
        {
            TimeSpan end = duration * number / Windows;
            await Task.Delay(end > Stopwatch.GetElapsedTime(start) ? end - Stopwatch.GetElapsedTime(start) : TimeSpan.Zero, cancellationToken);
            SoakWindow window = _window;
            window.ResidentBytes = server.ResidentBytes;
            window.OpenFiles = server.OpenFiles;
            window.ManagedBytes = (long)await ServerFigures.ReadAsync(api, "basalt_server_managed_bytes");
            window.Leases = (int)await ServerFigures.ReadAsync(api, "basalt_engine_leases");
            if (number < Windows)
            {
                _window = new SoakWindow { Start = end.TotalSeconds };
                _windows.Add(_window);
            }
        }

        await stop.CancelAsync();
        await Task.WhenAll(tasks);
    }

    private async Task SendAsync(StressApi api, long start, int number, CancellationToken stop)
    {
        Random random = new((seed * 31) + number);
        try
        {
            while (!stop.IsCancellationRequested)
            {
                TimeSpan intended = TimeSpan.FromSeconds((double)Interlocked.Increment(ref _next) / rate);
                TimeSpan early = intended - Stopwatch.GetElapsedTime(start);
                if (early > TimeSpan.Zero)
                {
                    await Task.Delay(early, stop);
                }

                SoakWindow window = _window;
                await RequestAsync(api, random);
                window.Record((long)(Stopwatch.GetElapsedTime(start) - intended).TotalNanoseconds);
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the run.
        }
        catch (Exception failure) when (failure is UnexpectedAnswerException or ServerGoneException)
        {
            _failures.Enqueue(failure.Message);
        }
    }

    private static async Task RequestAsync(StressApi api, Random random)
    {
        int chosen = random.Next(Objects);
        switch (random.Next(10))
        {
            case < 5:
                await api.ExpectAsync(HttpMethod.Get, $"v1/objects/{Class}/{ObjectFormat.Id(0, chosen)}", null, 200);
                break;
            case < 9:
                await WriteAsync(api, [chosen], random.Next(1, int.MaxValue));
                break;
            default:
                await WriteAsync(api, [.. Enumerable.Range(chosen, 20).Select(each => each % Objects)], random.Next(1, int.MaxValue));
                break;
        }
    }

    private static async Task WriteAsync(StressApi api, int[] numbers, long version)
    {
        StressClass place = StressClass.Of(0)[0];
        IEnumerable<string> objects = numbers.Select(number => ObjectFormat.Json(place, 0, number, new ObjectState(version, version)));
        await api.ExpectAsync(HttpMethod.Post, "v1/batch/objects", $$"""{"objects":[{{string.Join(',', objects)}}]}""", 200);
    }

    private async Task BackUpAsync(StressApi api, CancellationToken stop)
    {
        try
        {
            for (int number = 0; !stop.IsCancellationRequested; number++)
            {
                await Task.Delay(duration / (Windows * 2), stop);
                await api.ExpectAsync(HttpMethod.Post, Backups, $$"""{"id":"b{{number}}"}""", 200);
                await ServerFigures.AwaitSuccessAsync(api, $"{Backups}/b{number}", CancellationToken.None);
                _window.Backups++;
                if (number >= BackupsKept)
                {
                    await api.ExpectAsync(HttpMethod.Post, $"{Backups}/b{number - BackupsKept}/delete", null, 200);
                    await api.ExpectAsync(HttpMethod.Post, $"{Backups}/gc", """{"minAge":"0s"}""", 200);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the run.
        }
        catch (Exception failure) when (failure is UnexpectedAnswerException or ServerGoneException)
        {
            _failures.Enqueue(failure.Message);
        }
    }

    private string Table() => TextTable.Format(
        ["from s", "requests", "p50 ms", "p99 ms", "backups", "RSS MiB", "managed MiB", "files", "leases"],
        _windows.Select(window => (string[])
        [
            Text(window.Start), $"{window.Requests}", Text(window.Percentile(50)), Text(window.Percentile(99)), $"{window.Backups}",
            $"{window.ResidentBytes >> 20}", $"{window.ManagedBytes >> 20}", $"{window.OpenFiles}", $"{window.Leases}",
        ]));

    private static string Text(double value) => value.ToString("F1", CultureInfo.InvariantCulture);
}
