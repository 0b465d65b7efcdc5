using System.Text.Json;

namespace Basalt.Bench.Stress.Client;

/// <summary>Compares a server that nobody writes to with all that was acknowledged.</summary>
internal sealed class LiveCheck(StressWorld world, ClassReader reader)
{
    /// <summary>Each check reads one object of so many by its id, and all by list.</summary>
    private const int IdShare = 3;

    private int _checks;

    /// <summary>Makes the classes that last, if this is the first time.</summary>
    public async Task CreateLastingAsync()
    {
        foreach (string name in StressClass.Lasting)
        {
            await world.Api.ExpectAsync(HttpMethod.Post, "v1/schema", StressClass.Definition(name), 200);
        }

        string tenants = string.Join(',', world.Histories.Select(history => $$"""{"name":"{{StressClass.TenantOf(history.Worker)}}"}"""));
        await world.Api.ExpectAsync(HttpMethod.Post, $"v1/schema/{StressClass.Lasting[2]}/tenants", $"[{tenants}]", 200);
    }

    /// <summary>Whether each class is there as a whole and each object is as it was last acknowledged.</summary>
    public async Task RunAsync()
    {
        HashSet<string> names = await NamesAsync();
        Dictionary<int, ObjectState>[] states = [.. world.Histories.Select(_ => new Dictionary<int, ObjectState>())];
        foreach (string name in StressClass.Lasting)
        {
            if (!names.Remove(name))
            {
                throw new UnexpectedAnswerException($"Class {name} is gone.");
            }

            await reader.ReadAsync(name, name, states);
        }

        foreach (WorkerHistory history in world.Histories)
        {
            string passing = StressClass.Of(history.Worker)[StressClass.PassingPlace].Name;
            if (names.Remove(passing))
            {
                await reader.ReadAsync(passing, passing, states);
                ObjectState created = history.Last(history.PassingClass);
                states[history.Worker][history.PassingClass] = created.IsPresent ? created : history.BeforeLast(history.PassingClass);
            }
        }

        if (names.Count > 0)
        {
            throw new UnexpectedAnswerException($"There are classes that nobody made: {string.Join(", ", names)}.");
        }

        foreach (WorkerHistory history in world.Histories)
        {
            Resolve(history, states[history.Worker]);
            Compare(history, states[history.Worker]);
        }

        _checks++;
        await Task.WhenAll(world.Histories.Select(ReadByIdAsync));
        world.Journal.Count("checks");
    }

    /// <summary>The classes that there are.</summary>
    public async Task<HashSet<string>> NamesAsync()
    {
        StressAnswer schema = await world.Api.ExpectAsync(HttpMethod.Get, "v1/schema", null, 200);
        return schema.Json.GetProperty("classes").EnumerateArray().Select(each => each.GetProperty("class").GetString()!).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>A request without an answer was carried out as a whole, or not at all: each here is small enough to be one step.</summary>
    private void Resolve(WorkerHistory history, Dictionary<int, ObjectState> states)
    {
        int done = 0;
        int undone = 0;
        foreach (int number in history.Pending)
        {
            ObjectState found = states.GetValueOrDefault(number);
            (ObjectState after, ObjectState before) = (history.Last(number), history.BeforeLast(number));
            if (found != after && found != before)
            {
                world.Journal.Fail($"Object {number} of worker {history.Worker} is {found}: neither {before}, nor {after} as an unacknowledged write made it.");
            }

            done += found == after && found != before ? 1 : 0;
            undone += found == before && found != after ? 1 : 0;
        }

        if (done > 0 && undone > 0)
        {
            world.Journal.Fail($"Of an unacknowledged request of worker {history.Worker} {done} changes are there and {undone} are not.");
        }

        world.Journal.Count(history.Pending.Count == 0 ? "rounds of a worker without doubt" : done > 0 ? "unacknowledged, carried out" : "unacknowledged, not carried out");
        history.Resolve(number => states.GetValueOrDefault(number) == history.Last(number));
    }

    private void Compare(WorkerHistory history, Dictionary<int, ObjectState> states)
    {
        for (int number = 0; number <= history.PassingClass; number++)
        {
            if (states.GetValueOrDefault(number) != history.Last(number))
            {
                world.Journal.Fail(
                    $"Object {number} of worker {history.Worker} is {states.GetValueOrDefault(number)}; {history.Last(number)} was acknowledged, before that {history.BeforeLast(number)}.");
            }
        }
    }

    private async Task ReadByIdAsync(WorkerHistory history)
    {
        StressClass[] places = StressClass.Of(history.Worker);
        for (int number = _checks % IdShare; number < history.Objects; number += IdShare)
        {
            StressClass place = places[history.PlaceOf(number)];
            string path = $"v1/objects/{place.Name}/{ObjectFormat.Id(history.Worker, number)}?include=vector{(place.Tenant is null ? "" : $"&tenant={place.Tenant}")}";
            StressAnswer answer = await world.Api.ExpectAsync(HttpMethod.Get, path, null, 200, 404);
            JsonElement? item = answer.Status == 200 ? answer.Json : null;
            ObjectState found = item is null ? ObjectState.Absent : ObjectFormat.Read(item.Value).State;
            if (found != history.Last(number))
            {
                world.Journal.Fail($"{path} gives {found} instead of {history.Last(number)}.");
            }
        }

        world.Journal.Count("objects read by id", history.Objects / IdShare);
    }
}
