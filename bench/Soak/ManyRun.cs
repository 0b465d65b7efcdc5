using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Basalt.Bench.Reports;
using Basalt.Bench.Stress;
using Basalt.Bench.Stress.Client;

namespace Basalt.Bench.Soak;

/// <summary>Very many small classes, and very many tenants of one: what each step takes, and whether its time grows with what is there.</summary>
internal sealed class ManyRun(string folder, int classes, int tenants, Action<string> say)
{
    private const int Restored = 100;
    private const int ObjectsPerBatch = 200;
    private const string Tenanted = "Tenanted";
    private const string Backups = BackupActor.Backups;

    /// <summary>The last tenth may take longer than the first, but not as if each step went through all that is there.</summary>
    private const double MostSlowdown = 6;

    /// <summary>Below that a tenth says nothing.</summary>
    private static readonly TimeSpan Measurable = TimeSpan.FromSeconds(3);

    private readonly ConcurrentQueue<string> _failures = new();
    private readonly List<string[]> _rows = [];

    /// <returns>What was wrong.</returns>
    public async Task<IReadOnlyCollection<string>> RunAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        try
        {
            await MeasureClassesAsync(cancellationToken);
            await MeasureTenantsAsync(cancellationToken);
        }
        catch (UnexpectedAnswerException failure)
        {
            _failures.Enqueue(failure.Message);
        }

        say(TextTable.Format(["step", "seconds", "RSS MiB", "files"], _rows));
        say(_failures.IsEmpty ? "good" : string.Join(Environment.NewLine, _failures));
        Directory.Delete(folder, recursive: true);
        return _failures;
    }

    private async Task MeasureClassesAsync(CancellationToken cancellationToken)
    {
        using StressApi api = new(new StressJournal(TextWriter.Null));
        using (StressedServer server = StressedServer.Start(folder, _failures.Enqueue))
        {
            api.Connect(await server.Listening);
            await GrowAsync(server, "create classes", classes, (first, count) => Parallel.ForAsync(first, first + count, cancellationToken, async (number, _) =>
                await api.ExpectAsync(HttpMethod.Post, "v1/schema", $$"""{"class":"{{ClassName(number)}}","properties":[{"name":"number","dataType":["int"]}]}""", 200)));
            await GrowAsync(server, "write an object to each", classes, (first, count) => WriteAsync(
                api, first, count, number => $$$"""{"class":"{{{ClassName(number)}}}","id":"{{{ObjectFormat.Id(0, number)}}}","properties":{"number":{{{number}}}}}"""));
            await server.StopAsync();
        }

        using (StressedServer server = StressedServer.Start(folder, _failures.Enqueue))
        {
            await StepAsync(server, "restart", async () => api.Connect(await server.Listening));
            await StepAsync(server, "list", async () => Require(
                (await api.ExpectAsync(HttpMethod.Get, "v1/schema", null, 200)).Json.GetProperty("classes").GetArrayLength(), classes, "classes"));
            await StepAsync(server, "count", () => RequireObjectsAsync(api, classes));
            await StepAsync(server, "read metrics", () => api.ExpectAsync(HttpMethod.Get, "metrics", null, 200));
            await BackUpAsync(server, api, "many", cancellationToken);
            await BackUpAsync(server, api, "many-again", cancellationToken);
            int restored = Math.Min(Restored, classes);
            string[] names = [.. Enumerable.Range(0, restored).Select(number => ClassName(number * (classes / restored)))];
            await StepAsync(server, $"drop {restored}", async () =>
            {
                foreach (string name in names)
                {
                    await api.ExpectAsync(HttpMethod.Delete, $"v1/schema/{name}", null, 200);
                }
            });
            await RestoreAsync(server, api, $"restore {restored}", "many", JsonSerializer.Serialize(new { include = names }), cancellationToken);
            await RequireObjectsAsync(api, classes);
            await GrowAsync(server, "drop classes", classes, (first, count) => Parallel.ForAsync(first, first + count, cancellationToken, async (number, _) =>
                await api.ExpectAsync(HttpMethod.Delete, $"v1/schema/{ClassName(number)}", null, 200)));
            await RestoreAsync(server, api, "restore all classes", "many-again", "{}", cancellationToken);
            await RequireObjectsAsync(api, classes);
            await server.StopAsync();
        }

        await RestartWithAllAsync(api);
    }

    /// <summary>A restore brings each class in a file of its own, and a start must not need them all open.</summary>
    private async Task RestartWithAllAsync(StressApi api)
    {
        using StressedServer server = StressedServer.Start(folder, _failures.Enqueue);
        await StepAsync(server, "restart with what was restored", async () => api.Connect(await server.Listening));
        await RequireObjectsAsync(api, classes);
        await GrowAsync(server, "drop all classes again", classes, (first, count) => Parallel.ForAsync(first, first + count, async (number, _) =>
            await api.ExpectAsync(HttpMethod.Delete, $"v1/schema/{ClassName(number)}", null, 200)));
        await server.StopAsync();
    }

    private async Task MeasureTenantsAsync(CancellationToken cancellationToken)
    {
        using StressApi api = new(new StressJournal(TextWriter.Null));
        using (StressedServer server = StressedServer.Start(folder, _failures.Enqueue))
        {
            api.Connect(await server.Listening);
            await api.ExpectAsync(HttpMethod.Post, "v1/schema", StressClass.Definition(Tenanted), 200);
            await GrowAsync(server, "create tenants", tenants, async (first, count) =>
            {
                foreach (int[] chunk in Enumerable.Range(first, count).Chunk(100))
                {
                    await api.ExpectAsync(
                        HttpMethod.Post, $"v1/schema/{Tenanted}/tenants", JsonSerializer.Serialize(chunk.Select(number => new { name = TenantName(number) })), 200);
                }
            });
            await GrowAsync(server, "write an object to each tenant", tenants, (first, count) => WriteAsync(
                api,
                first,
                count,
                number => $$$"""{"class":"{{{Tenanted}}}","tenant":"{{{TenantName(number)}}}","id":"{{{ObjectFormat.Id(0, number)}}}","properties":{"number":{{{number}}}}}"""));
            await server.StopAsync();
        }

        using (StressedServer server = StressedServer.Start(folder, _failures.Enqueue))
        {
            await StepAsync(server, "restart", async () => api.Connect(await server.Listening));
            await StepAsync(server, "list tenants", async () => Require(
                (await api.ExpectAsync(HttpMethod.Get, $"v1/schema/{Tenanted}/tenants", null, 200)).Json.GetArrayLength(), tenants, "tenants"));
            await BackUpAsync(server, api, "tenants", cancellationToken);
            await StepAsync(server, "drop the class", () => api.ExpectAsync(HttpMethod.Delete, $"v1/schema/{Tenanted}", null, 200));
            await RestoreAsync(server, api, "restore it", "tenants", "{}", cancellationToken);
            await RequireObjectsAsync(api, tenants);
            await server.StopAsync();
        }
    }

    private static string ClassName(int number) => string.Create(CultureInfo.InvariantCulture, $"Class{number:D6}");

    private static string TenantName(int number) => string.Create(CultureInfo.InvariantCulture, $"tenant-{number:D6}");

    private static async Task WriteAsync(StressApi api, int first, int count, Func<int, string> json)
    {
        foreach (int[] chunk in Enumerable.Range(first, count).Chunk(ObjectsPerBatch))
        {
            StressAnswer answer = await api.ExpectAsync(
                HttpMethod.Post, "v1/batch/objects", $$"""{"objects":[{{string.Join(',', chunk.Select(json))}}]}""", 200);
            if (answer.Json.EnumerateArray().Any(item => item.GetProperty("result").GetProperty("status").GetString() != "SUCCESS"))
            {
                throw new UnexpectedAnswerException(answer);
            }
        }
    }

    private Task BackUpAsync(StressedServer server, StressApi api, string id, CancellationToken cancellationToken) =>
        StepAsync(server, $"back up as {id}", async () =>
        {
            await api.ExpectAsync(HttpMethod.Post, Backups, $$"""{"id":"{{id}}"}""", 200);
            await ServerFigures.AwaitSuccessAsync(api, $"{Backups}/{id}", cancellationToken);
        });

    private Task RestoreAsync(
        StressedServer server, StressApi api, string step, string id, string body, CancellationToken cancellationToken) =>
        StepAsync(server, step, async () =>
        {
            await api.ExpectAsync(HttpMethod.Post, $"{Backups}/{id}/restore", body, 200);
            await ServerFigures.AwaitSuccessAsync(api, $"{Backups}/{id}/restore", cancellationToken);
        });

    private async Task RequireObjectsAsync(StressApi api, int expected)
    {
        StressAnswer nodes = await api.ExpectAsync(HttpMethod.Get, "v1/nodes", null, 200);
        Require(nodes.Json.GetProperty("nodes")[0].GetProperty("stats").GetProperty("objectCount").GetInt32(), expected, "objects");
    }

    private void Require(int found, int expected, string what)
    {
        if (found != expected)
        {
            _failures.Enqueue($"There are {found} {what} instead of {expected}.");
        }
    }

    private async Task StepAsync(StressedServer server, string name, Func<Task> step)
    {
        long start = Stopwatch.GetTimestamp();
        await step();
        AddRow(server, name, Stopwatch.GetElapsedTime(start).TotalSeconds.ToString("F2", CultureInfo.InvariantCulture));
    }

    /// <summary>A step in tenths, so that one sees whether it becomes slower with what is there.</summary>
    private async Task GrowAsync(StressedServer server, string name, int count, Func<int, int, Task> step)
    {
        TimeSpan[] tenths = new TimeSpan[10];
        for (int tenth = 0; tenth < tenths.Length; tenth++)
        {
            int first = (int)((long)count * tenth / tenths.Length);
            int end = (int)((long)count * (tenth + 1) / tenths.Length);
            long start = Stopwatch.GetTimestamp();
            await step(first, end - first);
            tenths[tenth] = Stopwatch.GetElapsedTime(start);
        }

        double total = tenths.Sum(each => each.TotalSeconds);
        AddRow(server, name, string.Create(
            CultureInfo.InvariantCulture, $"{total:F2} (first tenth {tenths[0].TotalSeconds:F2}, last {tenths[^1].TotalSeconds:F2})"));
        if (tenths[^1] > tenths[1] * MostSlowdown && tenths[^1] > Measurable)
        {
            _failures.Enqueue($"{name}: the last tenth took {tenths[^1].TotalSeconds:F2} s, the second {tenths[1].TotalSeconds:F2} s.");
        }
    }

    private void AddRow(StressedServer server, string name, string seconds)
    {
        _rows.Add([name, seconds, $"{server.ResidentBytes >> 20}", $"{server.OpenFiles}"]);
        say(string.Join("  ", _rows[^1]));
    }
}
