using System.Text.Json;

namespace Basalt.Bench.Stress.Client;

/// <summary>Reads what a class holds, in the ways that clients have.</summary>
internal sealed class ClassReader(StressWorld world)
{
    private const int PageObjects = 700;

    /// <summary>Reads all objects of a class by its list into the states of their workers, and has them counted in two other ways.</summary>
    /// <param name="name">The class, perhaps under a passing name.</param>
    /// <param name="original">The class that it is or was restored from.</param>
    /// <param name="states">Takes the states, by worker and number.</param>
    public async Task ReadAsync(string name, string original, Dictionary<int, ObjectState>[] states)
    {
        if (original == StressClass.Lasting[2])
        {
            for (int worker = 0; worker < states.Length; worker++)
            {
                await ReadAsync(name, original, StressClass.TenantOf(worker), states);
            }
        }
        else
        {
            await ReadAsync(name, original, null, states);
        }
    }

    private async Task ReadAsync(string name, string original, string? tenant, Dictionary<int, ObjectState>[] states)
    {
        int[] perWorker = new int[states.Length];
        string after = "";
        while (true)
        {
            string path = $"v1/objects?class={name}&limit={PageObjects}&include=vector&after={after}{(tenant is null ? "" : $"&tenant={tenant}")}";
            JsonElement page = (await world.Api.ExpectAsync(HttpMethod.Get, path, null, 200)).Json.GetProperty("objects");
            if (page.GetArrayLength() == 0)
            {
                break;
            }

            foreach (JsonElement item in page.EnumerateArray())
            {
                after = item.GetProperty("id").GetString()!;
                (int worker, int number, ObjectState state) = ObjectFormat.Read(item);
                StressClass[] places = StressClass.Of(worker);
                int place = number / world.Histories[0].ObjectsPerPlace;
                if (worker >= states.Length || places[place].Name != original || places[place].Tenant != tenant || !states[worker].TryAdd(number, state))
                {
                    throw new UnexpectedAnswerException($"{name} has an object that is not its own, or has it twice: {item.GetRawText()}");
                }

                perWorker[worker]++;
            }
        }

        world.Journal.Count("objects read by list", perWorker.Sum());
        await CountAsync(name, tenant, perWorker);
    }

    /// <summary>The counters and the index have to agree with the list.</summary>
    private async Task CountAsync(string name, string? tenant, int[] perWorker)
    {
        string argument = tenant is null ? "" : $"(tenant:\\\"{tenant}\\\")";
        StressAnswer counted = await world.Api.ExpectAsync(
            HttpMethod.Post, "v1/graphql", $$$"""{"query":"{ Aggregate { {{{name}}}{{{argument}}} { meta { count } } } }"}""", 200);
        if (!counted.Json.TryGetProperty("data", out JsonElement data)
            || data.GetProperty("Aggregate").GetProperty(name)[0].GetProperty("meta").GetProperty("count").GetInt32() != perWorker.Sum())
        {
            throw new UnexpectedAnswerException($"{name} {tenant} lists {perWorker.Sum()} objects. {counted}");
        }

        for (int worker = 0; worker < perWorker.Length; worker++)
        {
            StressAnswer found = await world.Api.ExpectAsync(
                HttpMethod.Delete,
                $"v1/batch/objects{(tenant is null ? "" : $"?tenant={tenant}")}",
                $$$"""{"match":{"class":"{{{name}}}","where":{"operator":"Equal","path":["worker"],"valueInt":{{{worker}}}}},"dryRun":true}""",
                200);
            if (found.Json.GetProperty("results").GetProperty("matches").GetInt32() != perWorker[worker])
            {
                throw new UnexpectedAnswerException($"{name} {tenant} lists {perWorker[worker]} objects of worker {worker}; its index: {found}");
            }
        }
    }
}
