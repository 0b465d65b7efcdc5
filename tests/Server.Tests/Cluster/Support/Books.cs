using System.Globalization;
using System.Text.Json;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Cluster.Support;

/// <summary>A class of books, which are told apart by a number and have pages.</summary>
internal static class Books
{
    /// <summary>Its definition.</summary>
    public const string Definition = """{"class":"Book","properties":[{"name":"pages","dataType":["int"]}]}""";

    /// <summary>The path of backups.</summary>
    public const string Backups = "/v1/backups/filesystem";

    private const int LargeBytes = 2000;

    /// <summary>The id of a book. Books with numbers in a row are spread over all shards.</summary>
    public static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"{number * 40503 % 65536:x8}-0000-4000-8000-{number:x12}");

    /// <summary>Where a book is read.</summary>
    public static string PathOf(int number) => $"/v1/objects/Book/{Id(number)}";

    /// <summary>A book of some bytes, which do not become fewer by compression.</summary>
    public static string Large(int number, int bytes = LargeBytes)
    {
        byte[] filler = new byte[bytes / 2];
        new Random(number).NextBytes(filler);
        return $$$"""{"class":"Book","id":"{{{Id(number)}}}","properties":{"pages":{{{number}}},"filler":"{{{Convert.ToHexString(filler)}}}"}}""";
    }

    /// <summary>A book.</summary>
    public static string Small(int number, long pages) => $$$"""{"class":"Book","id":"{{{Id(number)}}}","properties":{"pages":{{{pages}}} }}""";

    /// <summary>Stores large books in a row.</summary>
    public static async Task ImportAsync(ApiClient client, int first, int count, int bytes = LargeBytes)
    {
        foreach (int[] part in Enumerable.Range(first, count).Chunk(100))
        {
            ApiResponse imported = await client.PostAsync("/v1/batch/objects", $$"""{"objects":[{{string.Join(',', part.Select(i => Large(i, bytes)))}}]}""");
            Assert.True(imported.Status == 200 && !imported.Text.Contains("FAILED", StringComparison.Ordinal), imported.Text);
        }
    }

    /// <summary>How many there are, as the shards count them.</summary>
    public static async Task<int> CountAsync(ApiClient client)
    {
        ApiResponse answer = await client.PostAsync("/v1/graphql", """{"query":"{Aggregate{Book{meta{count}}}}"}""");
        Assert.False(answer.Json.TryGetProperty("errors", out _), answer.Text);
        return answer.Json.GetProperty("data").GetProperty("Aggregate").GetProperty("Book")[0].GetProperty("meta").GetProperty("count").GetInt32();
    }

    /// <summary>The pages of all books by number, none of which is there twice.</summary>
    public static async Task<Dictionary<int, long>> ReadAllAsync(ApiClient client)
    {
        Dictionary<int, long> books = [];
        string after = "";
        while (true)
        {
            ApiResponse page = (await client.GetAsync($"/v1/objects?class=Book&limit=1000&after={after}")).Expect(200);
            JsonElement objects = page.Json.GetProperty("objects");
            if (objects.GetArrayLength() == 0)
            {
                return books;
            }

            foreach (JsonElement item in objects.EnumerateArray())
            {
                after = item.GetProperty("id").GetString()!;
                int number = int.Parse(after.AsSpan(after.LastIndexOf('-') + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                Assert.True(books.TryAdd(number, item.GetProperty("properties").GetProperty("pages").GetInt64()), $"book {number} is there twice");
            }
        }
    }

    /// <summary>Fails unless all nodes show the same books, each shard is on one node, and the shards hold no book more than that.</summary>
    /// <returns>The pages of all books by number.</returns>
    public static async Task<Dictionary<int, long>> AssertConsistentAsync(ProcessCluster cluster)
    {
        Dictionary<int, long>? books = null;
        foreach (string node in cluster.Nodes)
        {
            Dictionary<int, long> seen = await ReadAllAsync(cluster[node].Client);
            books ??= seen;
            Assert.Equal(books.OrderBy(book => book.Key), seen.OrderBy(book => book.Key));
            Assert.Equal(books.Count, await CountAsync(cluster[node].Client));
        }

        ApiResponse nodes = (await cluster["n1"].Client.GetAsync("/v1/nodes/Book?output=verbose")).Expect(200);
        JsonElement[] shards = [.. nodes.Json.GetProperty("nodes").EnumerateArray().SelectMany(node => node.GetProperty("shards").EnumerateArray())];
        Assert.Equal(shards.Length, shards.Select(shard => shard.GetProperty("name").GetString()).Distinct().Count());
        Assert.Equal(books!.Count, shards.Sum(shard => shard.GetProperty("objectCount").GetInt64()));
        return books;
    }

    /// <summary>Starts a backup or, of a path that says so, a restore.</summary>
    public static async Task StartAsync(ApiClient client, string path, string body) => (await client.PostAsync(path, body)).Expect(200);

    /// <summary>Waits until a backup or restore has some status, and fails if it ends with another.</summary>
    public static Task ReachAsync(ApiClient client, string path, string expected) => AwaitAsync(async () =>
    {
        ApiResponse answer = await client.GetAsync(path);
        if (answer.Status == 503)
        {
            return false;
        }

        string status = answer.Expect(200).Json.GetProperty("status").GetString()!;
        Assert.True(status == expected || status is not ("FAILED" or "CANCELED" or "SUCCESS"), answer.Text);
        return status == expected;
    });

    /// <summary>Waits until a node says that it serves.</summary>
    public static Task ReadyAsync(ApiClient client, int expected = 200) =>
        AwaitAsync(async () => (await client.GetAsync("/v1/.well-known/ready")).Status == expected);

    /// <summary>Waits until all nodes say that they serve.</summary>
    public static Task ReadyAsync(ProcessCluster cluster) => Task.WhenAll(cluster.Nodes.Select(node => ReadyAsync(cluster[node].Client)));

    /// <summary>Waits for a condition.</summary>
    public static async Task AwaitAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!await condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), patience.Token);
        }
    }
}
