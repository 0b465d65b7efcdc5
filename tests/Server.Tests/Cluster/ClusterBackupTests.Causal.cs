using System.Globalization;
using System.Text;
using System.Text.Json;
using Basalt.Server.Tests.Cluster.Support;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Cluster;

public sealed partial class ClusterBackupTests
{
    [Fact]
    public async Task Backup_DuringWritesThatFollowEachOtherAcrossNodes_HasNoWriteWithoutItsCause()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(3);
        await cluster["n1"].Client.PostAsync("/v1/schema", Book);
        using var stop = new CancellationTokenSource();
        Task<int>[] clients = [.. Enumerable.Range(0, 3).Select(client => Task.Run(() => WriteChainAsync(cluster, client, stop.Token)))];
        List<string> ids = [];
        for (int i = 0; i < 6; i++)
        {
            ids.Add($"c{i}");
            await BackUpAsync(cluster[$"n{(i % 3) + 1}"], ids[^1]);
        }

        await stop.CancelAsync();
        int[] written = await Task.WhenAll(clients);

        Assert.All(written, count => Assert.InRange(count, 10, int.MaxValue));
        foreach (string id in ids)
        {
            await cluster["n1"].Client.DeleteAsync("/v1/schema/Book");
            await RestoreAsync(cluster["n1"], id);
            HashSet<Guid> present = await ReadIdsAsync(cluster["n2"].Client);
            for (int client = 0; client < clients.Length; client++)
            {
                // The writes of a client follow one another, so what is there of them is a beginning.
                int count = Enumerable.Range(0, written[client]).Count(i => present.Contains(ChainId(client, i)));
                Assert.True(
                    Enumerable.Range(0, count).All(i => present.Contains(ChainId(client, i))), $"backup {id} has {count} writes of client {client}, with a hole");
            }
        }
    }

    private static async Task<int> WriteChainAsync(TestCluster cluster, int client, CancellationToken stop)
    {
        using var http = new HttpClient();
        string? clock = null;
        int count = 0;
        var random = new Random(client);
        while (!stop.IsCancellationRequested && count < 5000)
        {
            Uri address = cluster[$"n{random.Next(3) + 1}"].Host.Address;
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, "/v1/objects"))
            {
                Content = ApiClient.Json(Encoding.UTF8.GetBytes($$$"""{"class":"Book","id":"{{{ChainId(client, count)}}}","properties":{"pages":{{{count}}} }}""")),
            };
            if (clock is not null)
            {
                request.Headers.Add("X-Basalt-Clock", clock);
            }

            using HttpResponseMessage answer = await http.SendAsync(request, CancellationToken.None);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(CancellationToken.None));
            clock = answer.Headers.GetValues("X-Basalt-Clock").Single();
            count++;
        }

        return count;
    }

    private static Guid ChainId(int client, int number) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{number * 2654435761 % 4294967296:x8}-{client:x4}-4000-8000-{number:x12}"));

    private static async Task<HashSet<Guid>> ReadIdsAsync(ApiClient client)
    {
        HashSet<Guid> ids = [];
        string after = "";
        while (true)
        {
            using var page = JsonDocument.Parse((await client.GetAsync($"/v1/objects?class=Book&limit=1000&after={after}")).Text);
            JsonElement objects = page.RootElement.GetProperty("objects");
            if (objects.GetArrayLength() == 0)
            {
                return ids;
            }

            foreach (JsonElement item in objects.EnumerateArray())
            {
                after = item.GetProperty("id").GetString()!;
                Assert.True(ids.Add(Guid.Parse(after)));
            }
        }
    }
}
