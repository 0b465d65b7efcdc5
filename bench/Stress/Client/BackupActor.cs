using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Basalt.Bench.Stress.Client;

/// <summary>Makes backups, one after the other, and cancels some.</summary>
internal sealed class BackupActor(StressWorld world)
{
    public const string Backups = "v1/backups/filesystem";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Random _random = new((world.Seed * 1013) + 1);
    private int _number;

    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await world.BackupTurn.WaitAsync(stop);
                try
                {
                    await MakeAsync();
                }
                finally
                {
                    world.BackupTurn.Release();
                }

                await Task.Delay(_random.Next(300), stop);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ServerGoneException)
        {
            // The end of the round.
        }
        catch (UnexpectedAnswerException exception)
        {
            world.Journal.Fail(exception.Message);
        }
    }

    /// <summary>After a restart: each backup ends, and in a way that it may.</summary>
    public async Task SettleAsync()
    {
        foreach (BackupEntry entry in world.Ledger.In(BackupOutcome.Open))
        {
            entry.WasDisturbed = true;
            await FollowAsync(entry);
        }

        foreach (BackupEntry entry in world.Ledger.In(BackupOutcome.Deleting))
        {
            entry.Outcome = await StatusAsync($"{Backups}/{entry.Id}") is { } status && RequireSuccess(entry, status) ? BackupOutcome.Good : BackupOutcome.Gone;
        }
    }

    /// <summary>Waits for the end of a backup or restore.</summary>
    /// <param name="world">Whose server.</param>
    /// <param name="path">Where its status is.</param>
    /// <param name="onProgress">Told of each state.</param>
    /// <returns>Its last state; null if there is none.</returns>
    public static async Task<JsonElement?> AwaitEndAsync(StressWorld world, string path, Action<string>? onProgress = null)
    {
        Stopwatch waiting = Stopwatch.StartNew();
        while (waiting.Elapsed < Patience)
        {
            StressAnswer answer = await world.Api.ExpectAsync(HttpMethod.Get, path, null, 200, 404);
            if (answer.Status == 404)
            {
                return null;
            }

            JsonElement status = answer.Json;
            string state = status.GetProperty("status").GetString()!;
            onProgress?.Invoke(state);
            if (state is "SUCCESS" or "FAILED" or "CANCELED")
            {
                return status;
            }

            await Task.Delay(10);
        }

        throw new UnexpectedAnswerException($"{path} did not end within {Patience}.");
    }

    private async Task MakeAsync()
    {
        BackupEntry entry = new(string.Create(CultureInfo.InvariantCulture, $"b{_number++}"), [.. world.Histories.Select(history => history.Acknowledged)]);
        world.Ledger.Add(entry);
        string[] include = _random.Next(4) switch
        {
            0 => [StressClass.Lasting[_random.Next(StressClass.Lasting.Length)]],
            1 => StressClass.Lasting,
            _ => [.. StressClass.Lasting, "Passing*"],
        };
        StressAnswer answer = await world.Api.ExpectAsync(HttpMethod.Post, Backups, JsonSerializer.Serialize(new { id = entry.Id, include }), 200, 422);
        if (answer.Status == 422)
        {
            RequireDropped(answer);
            entry.Outcome = BackupOutcome.Gone;
            return;
        }

        entry.IsAcknowledged = true;
        entry.Classes = [.. answer.Json.GetProperty("classes").EnumerateArray().Select(each => each.GetString()!)];
        world.Journal.Count("backups begun");
        if (_random.Next(6) == 0)
        {
            await Task.Delay(_random.Next(60));
            entry.IsCancelAsked = true;
            await world.Api.ExpectAsync(HttpMethod.Delete, $"{Backups}/{entry.Id}", null, 204, 422);
        }

        await FollowAsync(entry);
    }

    /// <summary>A class may be dropped between its choice by a pattern and the start.</summary>
    private void RequireDropped(StressAnswer answer)
    {
        if (!answer.ToString().Contains("collection 'Passing", StringComparison.Ordinal))
        {
            throw new UnexpectedAnswerException(answer);
        }

        world.Journal.Count("backups refused for a dropped class");
    }

    private async Task FollowAsync(BackupEntry entry)
    {
        JsonElement? end = await AwaitEndAsync(world, $"{Backups}/{entry.Id}", state =>
        {
            // Its cut is over.
            if (state != "STARTED" && entry.Last is null)
            {
                entry.Last = [.. world.Histories.Select(history => history.Sent)];
            }
        });
        switch (end?.GetProperty("status").GetString())
        {
            case "SUCCESS":
                entry.Classes ??= await ClassesAsync(entry.Id);
                entry.Outcome = BackupOutcome.Good;
                world.Journal.Count(entry.WasDisturbed ? "backups good after a restart" : "backups good");
                return;
            case "CANCELED" when entry.IsCancelAsked:
                world.Journal.Count("backups cancelled");
                break;
            case "FAILED" when entry.WasDisturbed || IsDropped(end.Value):
                world.Journal.Count(entry.WasDisturbed ? "backups failed by a restart" : "backups failed by a dropped class");
                break;
            case null when !entry.IsAcknowledged && entry.WasDisturbed:
                break;
            default:
                world.Journal.Fail($"Backup {entry.Id} ended as {end?.GetRawText() ?? "unknown"}.");
                break;
        }

        entry.Outcome = BackupOutcome.Gone;
    }

    private static bool IsDropped(JsonElement end) =>
        end.TryGetProperty("error", out JsonElement error) && error.GetString()!.Contains("was dropped before the backup's cut", StringComparison.Ordinal);

    private async Task<string[]> ClassesAsync(string id)
    {
        StressAnswer list = await world.Api.ExpectAsync(HttpMethod.Get, Backups, null, 200);
        JsonElement item = list.Json.EnumerateArray().Single(each => each.GetProperty("id").GetString() == id);
        return [.. item.GetProperty("classes").EnumerateArray().Select(each => each.GetString()!)];
    }

    private async Task<string?> StatusAsync(string path)
    {
        StressAnswer answer = await world.Api.ExpectAsync(HttpMethod.Get, path, null, 200, 404);
        return answer.Status == 404 ? null : answer.Json.GetProperty("status").GetString();
    }

    private bool RequireSuccess(BackupEntry entry, string status)
    {
        if (status != "SUCCESS")
        {
            world.Journal.Fail($"Backup {entry.Id}, whose deletion was interrupted, is {status}.");
        }

        return status == "SUCCESS";
    }
}
