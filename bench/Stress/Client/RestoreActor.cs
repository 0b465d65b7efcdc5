using System.Globalization;
using System.Text.Json;

namespace Basalt.Bench.Stress.Client;

/// <summary>Restores backups under other names and compares them; now and then one in the place of a class that it drops before.</summary>
internal sealed class RestoreActor(StressWorld world, LiveCheck live, ClassReader reader)
{
    private readonly Random _random = new((world.Seed * 1019) + 2);
    private RestoreAttempt? _attempt;
    private bool _isAlone;
    private int _number;

    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                if (world.Ledger.Take(_random) is { } entry)
                {
                    bool isInPlace = _random.Next(8) == 0;
                    await (isInPlace ? RestoreInPlaceAsync(entry, stop) : RestoreBesideAsync(entry, mayCancel: true));
                    world.Ledger.LetGo(entry);
                }

                await Task.Delay(_random.Next(200), stop);
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

    /// <summary>When nothing runs any more: lets the others go on in the next round.</summary>
    public void LeaveAlone()
    {
        if (_isAlone)
        {
            _isAlone = false;
            world.ResumeWorkers();
            world.BackupTurn.Release();
        }
    }

    /// <summary>After a restart: the restore that was on its way goes on and ends, and nothing of it stays.</summary>
    public async Task SettleAsync()
    {
        if (_attempt is { } attempt)
        {
            attempt.WasDisturbed = true;
            await (attempt.IsInPlace ? SettleInPlaceAsync(attempt) : EndBesideAsync(attempt));
            world.Ledger.LetGo(attempt.Entry);
        }

        await DropPassingAsync();
    }

    /// <summary>Restores a backup under other names, compares it and drops it.</summary>
    public async Task RestoreBesideAsync(BackupEntry entry, bool mayCancel)
    {
        string[] chosen = _random.Next(3) == 0 && mayCancel ? [entry.Classes![_random.Next(entry.Classes.Length)]] : entry.Classes!;
        string prefix = string.Create(CultureInfo.InvariantCulture, $"R{_number++}");
        RestoreAttempt attempt = new(entry, chosen.ToDictionary(name => name, name => prefix + name));
        _attempt = attempt;
        foreach (string name in attempt.Names.Values)
        {
            world.PassingNames.Add(name);
        }

        await StartAsync(attempt);
        if (mayCancel && _random.Next(6) == 0)
        {
            await Task.Delay(_random.Next(60));
            attempt.IsCancelAsked = true;
            await world.Api.ExpectAsync(HttpMethod.Delete, PathOf(attempt), null, 204, 422);
        }

        await EndBesideAsync(attempt);
    }

    private static string PathOf(RestoreAttempt attempt) => $"{BackupActor.Backups}/{attempt.Entry.Id}/restore";

    private async Task StartAsync(RestoreAttempt attempt)
    {
        string body = attempt.IsInPlace
            ? JsonSerializer.Serialize(new { include = attempt.Names.Keys })
            : JsonSerializer.Serialize(new { include = attempt.Names.Keys, rename = attempt.Names });
        await world.Api.ExpectAsync(HttpMethod.Post, PathOf(attempt), body, 200);
        attempt.IsAcknowledged = true;
        world.Journal.Count("restores begun");
    }

    private async Task EndBesideAsync(RestoreAttempt attempt)
    {
        JsonElement? end = await BackupActor.AwaitEndAsync(world, PathOf(attempt));
        if (!attempt.IsChecked)
        {
            HashSet<string> names = await live.NamesAsync();
            int present = attempt.Names.Values.Count(names.Contains);
            if (present == 0 ? IsNothing(attempt, end) : present == attempt.Names.Count && end?.GetProperty("status").GetString() == "SUCCESS")
            {
                if (present > 0)
                {
                    await CompareAsync(attempt);
                }
            }
            else
            {
                world.Journal.Fail($"The restore of {attempt.Entry.Id} ended as {end?.GetRawText() ?? "unknown"}; {present} of {attempt.Names.Count} classes are there.");
            }

            attempt.IsChecked = true;
        }

        await DropPassingAsync();
        _attempt = null;
    }

    /// <summary>Whether it may be that no class of a restore is there.</summary>
    private bool IsNothing(RestoreAttempt attempt, JsonElement? end)
    {
        // What the status says then is of an earlier restore of this backup.
        bool isLost = !attempt.IsAcknowledged && attempt.WasDisturbed;
        bool isCancelled = end?.GetProperty("status").GetString() == "CANCELED" && (attempt.IsCancelAsked || attempt.WasDisturbed);
        world.Journal.Count(isCancelled ? "restores cancelled" : "restores never begun");
        return isLost || isCancelled;
    }

    private async Task DropPassingAsync()
    {
        foreach (string name in world.PassingNames.ToArray())
        {
            await world.Api.ExpectAsync(HttpMethod.Delete, $"v1/schema/{name}", null, 200);
            world.PassingNames.Remove(name);
        }
    }

    /// <summary>Each worker's part of the restored classes is as it was after one of its requests.</summary>
    private async Task<Dictionary<int, ObjectState>[]> CompareAsync(RestoreAttempt attempt)
    {
        Dictionary<int, ObjectState>[] states = [.. world.Histories.Select(_ => new Dictionary<int, ObjectState>())];
        foreach ((string original, string name) in attempt.Names)
        {
            await reader.ReadAsync(name, original, states);
        }

        foreach (WorkerHistory history in world.Histories)
        {
            StressClass[] places = StressClass.Of(history.Worker);
            bool[] isIncluded = [.. places.Select(place => attempt.Names.ContainsKey(place.Name))];
            if (isIncluded[StressClass.PassingPlace])
            {
                states[history.Worker][history.PassingClass] = new ObjectState(1, 1);
            }

            string? problem = history.FindCut(
                states[history.Worker],
                number => isIncluded[number == history.PassingClass ? StressClass.PassingPlace : history.PlaceOf(number)],
                attempt.Entry.First[history.Worker],
                attempt.Entry.Last![history.Worker]);
            if (problem is not null)
            {
                world.Journal.Fail($"Backup {attempt.Entry.Id} of {string.Join(", ", attempt.Names.Keys)}: {problem}");
            }
        }

        world.Journal.Count(attempt.WasDisturbed ? "restores compared after a restart" : "restores compared");
        world.Journal.Count("restored objects compared", states.Sum(each => each.Count));
        return states;
    }

    private async Task RestoreInPlaceAsync(BackupEntry entry, CancellationToken stop)
    {
        string[] possible = [.. entry.Classes!.Intersect(StressClass.Lasting)];
        string name = possible[_random.Next(possible.Length)];
        await world.BackupTurn.WaitAsync(stop);
        await world.StopWorkersAsync();
        _isAlone = true;
        RestoreAttempt attempt = new(entry, new Dictionary<string, string> { [name] = name });
        _attempt = attempt;
        await world.Api.ExpectAsync(HttpMethod.Delete, $"v1/schema/{name}", null, 200);
        attempt.IsDropped = true;
        await EndInPlaceAsync(attempt);
        LeaveAlone();
    }

    private async Task SettleInPlaceAsync(RestoreAttempt attempt)
    {
        string name = attempt.Names.Keys.Single();

        // Also if it was not acknowledged: the server may have heard of it all the same, and then it goes on.
        JsonElement? end = await BackupActor.AwaitEndAsync(world, PathOf(attempt));
        bool isThere = (await live.NamesAsync()).Contains(name);
        if (isThere && !attempt.IsDropped)
        {
            // The drop was not carried out.
            _attempt = null;
            return;
        }

        attempt.IsDropped = true;
        if (isThere && attempt.IsAcknowledged && end?.GetProperty("status").GetString() != "SUCCESS")
        {
            world.Journal.Fail($"The restore of {attempt.Entry.Id} ended as {end?.GetRawText() ?? "unknown"}, but class {name} is there.");
        }

        await EndInPlaceAsync(attempt);
    }

    /// <summary>Restores until the class is there, and takes note that all workers have its objects of then.</summary>
    private async Task EndInPlaceAsync(RestoreAttempt attempt)
    {
        string name = attempt.Names.Keys.Single();
        if (!(await live.NamesAsync()).Contains(name))
        {
            await StartAsync(attempt);
        }

        JsonElement? end = await BackupActor.AwaitEndAsync(world, PathOf(attempt));
        if (end?.GetProperty("status").GetString() != "SUCCESS")
        {
            throw new UnexpectedAnswerException($"The restore of {attempt.Entry.Id} in place of {name} ended as {end?.GetRawText() ?? "unknown"}.");
        }

        Dictionary<int, ObjectState>[] states = await CompareAsync(attempt);
        foreach (WorkerHistory history in world.Histories)
        {
            int[] numbers = [.. Enumerable.Range(StressClass.PlaceOf(name) * history.ObjectsPerPlace, history.ObjectsPerPlace)];
            history.Begin(_ => [.. numbers.Where(number => history.Last(number).IsPresent).Select(number => (number, ObjectState.Absent))]);
            history.Acknowledge();
            history.Begin(_ => [.. states[history.Worker].Select(each => (each.Key, each.Value))]);
            history.Acknowledge();
        }

        world.Journal.Count("restores in place");
        _attempt = null;
    }
}
