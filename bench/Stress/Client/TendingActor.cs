using System.Text.Json;

namespace Basalt.Bench.Stress.Client;

/// <summary>Tends the repository beside all else: collects garbage of any age, verifies, deletes and lists backups.</summary>
internal sealed class TendingActor(StressWorld world)
{
    private const int BackupsKept = 5;

    private static readonly string[] Levels = ["structure", "existence", "checksums", "sample", "full"];

    private readonly Random _random = new((world.Seed * 1021) + 3);

    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await Task.Delay(_random.Next(400), stop);
                await (_random.Next(8) switch
                {
                    < 2 => CollectAsync(),
                    < 4 => DeleteAsync(),
                    < 6 => VerifyAsync(),
                    6 => ListAsync(),
                    _ => PruneAsync(),
                });
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

    /// <summary>At the end: all backups go, and with them everything that they have stored.</summary>
    public async Task EmptyAsync()
    {
        foreach (BackupEntry entry in world.Ledger.In(BackupOutcome.Good))
        {
            await VerifyAsync(entry, "full");
            await DeleteAsync(entry);
        }

        await CollectAsync();
        StressAnswer rest = await world.Api.ExpectAsync(HttpMethod.Post, $"{BackupActor.Backups}/gc", """{"minAge":"0s"}""", 200);
        if (rest.Json.GetProperty("extents").GetInt32() != 0)
        {
            world.Journal.Fail($"Extents stay although there is no backup: {rest}");
        }
    }

    private async Task CollectAsync()
    {
        StressAnswer answer = await world.Api.ExpectAsync(HttpMethod.Post, $"{BackupActor.Backups}/gc", """{"minAge":"0s"}""", 200);
        world.Journal.Count("collections");
        world.Journal.Count("extents collected", answer.Json.GetProperty("deleted").GetInt32());
    }

    private Task DeleteAsync() => world.Ledger.TakeToDelete(_random, BackupsKept) is { } entry ? DeleteAsync(entry) : Task.CompletedTask;

    private async Task DeleteAsync(BackupEntry entry)
    {
        entry.Outcome = BackupOutcome.Deleting;
        await world.Api.ExpectAsync(HttpMethod.Post, $"{BackupActor.Backups}/{entry.Id}/delete", null, 200);
        entry.Outcome = BackupOutcome.Gone;
        world.Journal.Count("backups deleted");
    }

    private async Task VerifyAsync()
    {
        if (world.Ledger.Take(_random) is { } entry)
        {
            try
            {
                await VerifyAsync(entry, Levels[_random.Next(Levels.Length)]);
            }
            finally
            {
                world.Ledger.LetGo(entry);
            }
        }
    }

    private async Task VerifyAsync(BackupEntry entry, string level)
    {
        StressAnswer answer = await world.Api.ExpectAsync(HttpMethod.Post, $"{BackupActor.Backups}/{entry.Id}/verify?level={level}", null, 200);
        if (!answer.Json.GetProperty("good").GetBoolean())
        {
            throw new UnexpectedAnswerException(answer);
        }

        world.Journal.Count("verifications");
    }

    private async Task ListAsync()
    {
        BackupEntry[] before = world.Ledger.In(BackupOutcome.Good);
        StressAnswer answer = await world.Api.ExpectAsync(HttpMethod.Get, BackupActor.Backups, null, 200);
        Dictionary<string, string> states = answer.Json.EnumerateArray().ToDictionary(
            each => each.GetProperty("id").GetString()!, each => each.GetProperty("status").GetString()!);
        foreach (BackupEntry entry in before)
        {
            if (entry.Outcome == BackupOutcome.Good && states.GetValueOrDefault(entry.Id) != "SUCCESS")
            {
                throw new UnexpectedAnswerException($"Backup {entry.Id} is {states.GetValueOrDefault(entry.Id) ?? "missing"} in the list of backups.");
            }
        }

        world.Journal.Count("lists");
    }

    private async Task PruneAsync()
    {
        string body = JsonSerializer.Serialize(new { keepLast = 2, dryRun = true });
        await world.Api.ExpectAsync(HttpMethod.Post, $"{BackupActor.Backups}/prune", body, 200);
        world.Journal.Count("prunings, dry");
    }
}
