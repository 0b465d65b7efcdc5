namespace Basalt.Bench.Stress.Client;

/// <summary>Writes objects of its own, one request after the other, as fast as the server answers.</summary>
internal sealed class StressWorker(StressWorld world, int number)
{
    private const int LargestBatch = 60;

    private readonly Random _random = new((world.Seed * 1009) + number);
    private readonly StressClass[] _places = StressClass.Of(number);
    private readonly WorkerHistory _history = world.Histories[number];

    /// <summary>Writes until told to stop, or until the server is gone.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await world.Turns[number].WaitAsync(stop);
                try
                {
                    await StepAsync();
                }
                finally
                {
                    world.Turns[number].Release();
                }
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

    private Task StepAsync()
    {
        StressClass place = _places[_random.Next(_places.Length)];
        if (place.Place == StressClass.PassingPlace)
        {
            bool isThere = _history.Last(_history.PassingClass).IsPresent;
            if (!isThere)
            {
                return CreateClassAsync(place);
            }

            if (_random.Next(25) == 0)
            {
                return DropClassAsync(place);
            }
        }

        int chosen = (place.Place * _history.ObjectsPerPlace) + _random.Next(_history.ObjectsPerPlace);
        return (_random.Next(10), _history.Last(chosen).IsPresent) switch
        {
            ( < 4, _) => WriteBatchAsync(place),
            (_, false) => SendAsync("inserts", HttpMethod.Post, "v1/objects", chosen, place, 200),
            ( < 6, _) => SendAsync("replacements", HttpMethod.Put, PathOf(place, chosen), chosen, place, 200),
            ( < 8, _) => PatchAsync(place, chosen),
            _ => DeleteAsync(place, chosen),
        };
    }

    private async Task CreateClassAsync(StressClass place)
    {
        _history.Begin(request => [(_history.PassingClass, new ObjectState(request, request))]);
        await world.Api.ExpectAsync(HttpMethod.Post, "v1/schema", StressClass.Definition(place.Name), 200);
        Acknowledge("classes created");
    }

    private async Task DropClassAsync(StressClass place)
    {
        _history.Begin(_ =>
        [
            (_history.PassingClass, ObjectState.Absent),
            .. Enumerable.Range(place.Place * _history.ObjectsPerPlace, _history.ObjectsPerPlace)
                .Where(each => _history.Last(each).IsPresent)
                .Select(each => (each, ObjectState.Absent)),
        ]);
        await world.Api.ExpectAsync(HttpMethod.Delete, $"v1/schema/{place.Name}", null, 200);
        Acknowledge("classes dropped");
    }

    private async Task WriteBatchAsync(StressClass place)
    {
        int[] chosen = Enumerable.Range(place.Place * _history.ObjectsPerPlace, _history.ObjectsPerPlace).ToArray();
        _random.Shuffle(chosen);
        chosen = chosen[.._random.Next(1, LargestBatch)];
        long version = _history.Begin(request => [.. chosen.Select(each => (each, new ObjectState(request, request)))]);
        IEnumerable<string> objects = chosen.Select(each => ObjectFormat.Json(place, number, each, new ObjectState(version, version)));
        StressAnswer answer = await world.Api.ExpectAsync(HttpMethod.Post, "v1/batch/objects", $$"""{"objects":[{{string.Join(',', objects)}}]}""", 200);
        if (answer.Json.EnumerateArray().Count(item => item.GetProperty("result").GetProperty("status").GetString() == "SUCCESS") != chosen.Length)
        {
            throw new UnexpectedAnswerException(answer);
        }

        Acknowledge("batches");
        world.Journal.Count("objects in batches", chosen.Length);
    }

    private async Task SendAsync(string what, HttpMethod method, string path, int chosen, StressClass place, int expected)
    {
        long version = _history.Begin(request => [(chosen, new ObjectState(request, request))]);
        await world.Api.ExpectAsync(method, path, ObjectFormat.Json(place, number, chosen, new ObjectState(version, version)), expected);
        Acknowledge(what);
    }

    private async Task PatchAsync(StressClass place, int chosen)
    {
        long version = _history.Begin(request => [(chosen, _history.Last(chosen) with { Version = request })]);
        await world.Api.ExpectAsync(HttpMethod.Patch, PathOf(place, chosen), ObjectFormat.Patch(place, number, chosen, version), 204);
        Acknowledge("patches");
    }

    private async Task DeleteAsync(StressClass place, int chosen)
    {
        _history.Begin(_ => [(chosen, ObjectState.Absent)]);
        await world.Api.ExpectAsync(HttpMethod.Delete, PathOf(place, chosen) + place.Query, null, 204);
        Acknowledge("deletions");
    }

    private void Acknowledge(string what)
    {
        _history.Acknowledge();
        world.Journal.Count(what);
    }

    private string PathOf(StressClass place, int chosen) => $"v1/objects/{place.Name}/{ObjectFormat.Id(number, chosen)}";
}
