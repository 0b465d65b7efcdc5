using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Basalt.Server.Tests.Support;
using Basalt.Tests.Support;

namespace Basalt.Server.Tests.Persistence;

/// <summary>A real server process that is killed while it imports.</summary>
public sealed class CrashTests
{
    private const int BatchObjects = 40;

    [Fact]
    public async Task Kill_WhenBatchesAreOnTheirWay_LosesNothingThatWasAcknowledged()
    {
        using var directory = new TemporaryDirectory();
        var acknowledged = new ConcurrentBag<int>();
        int nextBatch = 0;

        for (int round = 1; round <= 3; round++)
        {
            await using ServerProcess server = await ServerProcess.StartAsync(directory.Path);
            await RequireConsistentAsync(server.Client, acknowledged);
            int enough = acknowledged.Count + (10 * round);
            Task[] writers = [.. Enumerable.Range(0, 2).Select(_ => ImportUntilKilledAsync(server, () => Interlocked.Increment(ref nextBatch), acknowledged))];
            await Eventually.TrueAsync(() => acknowledged.Count >= enough);

            await server.KillAsync();

            await Task.WhenAll(writers);
        }

        await using ServerProcess last = await ServerProcess.StartAsync(directory.Path);
        await RequireConsistentAsync(last.Client, acknowledged);
        last.Terminate();
        Assert.Equal(0, await last.ExitAsync());
    }

    private static async Task ImportUntilKilledAsync(ServerProcess server, Func<int> nextBatch, ConcurrentBag<int> acknowledged)
    {
        while (true)
        {
            int batch = nextBatch();
            IEnumerable<string> objects = Enumerable.Range(0, BatchObjects).Select(i => $$$"""
                {"class":"Item","id":"{{{IdOf(batch, i)}}}","properties":{"batch":{{{batch}}},"text":"words of {{{batch}}} and {{{i}}}"},"vector":[{{{batch}}},{{{i}}}]}
                """);
            try
            {
                ApiResponse response = await server.Client.PostAsync("/v1/batch/objects", $$"""{"objects":[{{string.Join(',', objects)}}]}""");
                Assert.All(response.Expect(200).Json.EnumerateArray(), item =>
                    Assert.Equal("SUCCESS", item.GetProperty("result").GetProperty("status").GetString()));
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException)
            {
                return;
            }

            acknowledged.Add(batch);
        }
    }

    /// <summary>Every acknowledged batch is there as it was sent; counts, listing and index tell the same story.</summary>
    private static async Task RequireConsistentAsync(ApiClient client, ConcurrentBag<int> acknowledged)
    {
        if (acknowledged.IsEmpty)
        {
            return;
        }

        HashSet<string> listed = await ListAsync(client);
        Assert.Equal(
            listed.Count,
            (await client.GetAsync("/v1/nodes/Item")).Expect(200).Json.GetProperty("nodes")[0].GetProperty("stats").GetProperty("objectCount").GetInt32());
        Assert.All(acknowledged, batch => Assert.All(Enumerable.Range(0, BatchObjects), i => Assert.Contains(IdOf(batch, i), listed)));
        Assert.Equal(listed.Count, await MatchesAsync(client, """{"operator":"Equal","path":["text"],"valueText":"words"}"""));
        Assert.Equal(listed.Count, await MatchesAsync(client, """{"operator":"IsNull","path":["batch"],"valueBoolean":false}"""));
        int some = acknowledged.First();
        Assert.Equal(
            BatchObjects,
            await MatchesAsync(client, string.Create(CultureInfo.InvariantCulture, $$"""{"operator":"Equal","path":["batch"],"valueNumber":{{some}}}""")));
    }

    private static async Task<HashSet<string>> ListAsync(ApiClient client)
    {
        HashSet<string> ids = [];
        string after = string.Empty;
        while (true)
        {
            JsonElement page = (await client.GetAsync($"/v1/objects?class=Item&limit=500&include=vector&after={after}")).Expect(200).Json;
            if (page.GetProperty("totalResults").GetInt32() == 0)
            {
                return ids;
            }

            foreach (JsonElement item in page.GetProperty("objects").EnumerateArray())
            {
                after = item.GetProperty("id").GetString()!;
                Assert.True(ids.Add(after));
                int batch = item.GetProperty("properties").GetProperty("batch").GetInt32();
                int number = item.GetProperty("vector")[1].GetInt32();
                Assert.Equal(IdOf(batch, number), after);
                Assert.Equal($"words of {batch} and {number}", item.GetProperty("properties").GetProperty("text").GetString());
            }
        }
    }

    private static async Task<int> MatchesAsync(ApiClient client, string where) =>
        (await client.DeleteAsync("/v1/batch/objects", $$"""{"match":{"class":"Item","where":{{where}}},"dryRun":true}"""))
            .Expect(200).Json.GetProperty("results").GetProperty("matches").GetInt32();

    private static string IdOf(int batch, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{batch * 0x9E37:x8}-0000-4000-8000-{number:x12}");
}
