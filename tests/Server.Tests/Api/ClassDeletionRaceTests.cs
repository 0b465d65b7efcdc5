using System.Text.Json;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Api;

/// <summary>A class that is deleted, and made again by auto-schema, under requests of every kind.</summary>
public sealed class ClassDeletionRaceTests
{
    private const int Deletions = 25;
    private const string Where = """{"operator":"Equal","path":["text"],"valueText":"word"}""";

    [Fact]
    public async Task Delete_WhenRequestsAreAtWork_LetsEachSucceedOrFailCleanly()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var over = new CancellationTokenSource();
        Task<int>[] workers = [ImportAsync(server.Client, over.Token), ImportAsync(server.Client, over.Token), ReadAsync(server.Client, over.Token)];
        for (int i = 0; i < Deletions; i++)
        {
            (await server.Client.PostAsync("/v1/objects", """{"class":"Race","properties":{"text":"word"}}""")).Expect(200);
            (await server.Client.DeleteAsync("/v1/schema/Race")).ExpectEmpty(200);
        }

        await over.CancelAsync();
        int[] rounds = await Task.WhenAll(workers);

        Assert.All(rounds, count => Assert.True(count > 0));
        (await server.Client.PostAsync("/v1/objects", """{"class":"Race","properties":{"text":"word"}}""")).Expect(200);
        await server.RestartAsync();
        int stored = (await server.Client.GetAsync("/v1/objects?class=Race&limit=10000")).Expect(200).Json.GetProperty("totalResults").GetInt32();
        JsonElement found = (await FindAsync(server.Client)).Expect(200).Json;
        Assert.Equal(Math.Min(stored, 10_000), Math.Min(found.GetProperty("results").GetProperty("matches").GetInt32(), 10_000));
        Assert.Equal(1, (await server.Client.GetAsync("/v1/schema")).Json.GetProperty("classes").GetArrayLength());
    }

    private static async Task<int> ImportAsync(ApiClient client, CancellationToken over)
    {
        int rounds = 0;
        string body = $$"""{"objects":[{{string.Join(',', Enumerable.Repeat("""{"class":"Race","properties":{"text":"word"},"vector":[1,2]}""", 30))}}]}""";
        for (; !over.IsCancellationRequested; rounds++)
        {
            JsonElement items = (await client.PostAsync("/v1/batch/objects", body)).Expect(200).Json;
            Assert.Equal(30, items.GetArrayLength());
            foreach (JsonElement result in items.EnumerateArray().Select(item => item.GetProperty("result")))
            {
                if (result.GetProperty("status").GetString() == "FAILED")
                {
                    Assert.Contains("Race", result.GetProperty("errors").GetRawText(), StringComparison.Ordinal);
                }
            }
        }

        return rounds;
    }

    private static async Task<int> ReadAsync(ApiClient client, CancellationToken over)
    {
        int rounds = 0;
        for (; !over.IsCancellationRequested; rounds++)
        {
            Assert.Contains((await client.GetAsync("/v1/objects?class=Race&limit=100")).Status, (int[])[200, 404]);
            Assert.Equal(200, (await client.GetAsync("/v1/objects?limit=100")).Status);
            Assert.Contains((await FindAsync(client)).Status, (int[])[200, 422]);
            Assert.Equal(200, (await client.GetAsync("/v1/nodes?output=verbose")).Status);
        }

        return rounds;
    }

    private static Task<ApiResponse> FindAsync(ApiClient client) =>
        client.DeleteAsync("/v1/batch/objects", $$"""{"match":{"class":"Race","where":{{Where}}},"dryRun":true}""");
}
