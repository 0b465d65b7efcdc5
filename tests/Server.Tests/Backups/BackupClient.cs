using System.Diagnostics;
using System.Text.Json;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Backups;

/// <summary>What tests of backups ask of a server again and again.</summary>
internal static class BackupClient
{
    public const string Location = "/v1/backups/filesystem";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>A class with that many objects; their ids end in 1, 2, 3 ...</summary>
    public static async Task CreateClassAsync(this ApiClient client, string name, int objects)
    {
        (await client.PostAsync("/v1/schema", $$"""{"class":"{{name}}","properties":[{"name":"title","dataType":["text"]}]}""")).Expect(200);
        await client.PutObjectsAsync(name, 1, objects, "first");
    }

    /// <summary>Writes objects by number.</summary>
    public static async Task PutObjectsAsync(this ApiClient client, string name, int first, int count, string title)
    {
        if (count == 0)
        {
            return;
        }

        IEnumerable<string> objects = Enumerable.Range(first, count).Select(number =>
            $$"""{"class":"{{name}}","id":"{{ObjectId(number)}}","properties":{"title":"{{title}} {{number}}"},"vector":[{{number}},0.5]}""");
        ApiResponse response = (await client.PostAsync("/v1/batch/objects", $$"""{"objects":[{{string.Join(',', objects)}}]}""")).Expect(200);
        Assert.All(response.Json.EnumerateArray(), item => Assert.Equal("SUCCESS", item.GetProperty("result").GetProperty("status").GetString()));
    }

    public static string ObjectId(int number) => $"00000000-0000-0000-0000-{number:D12}";

    /// <summary>All objects of a class with their vectors, as text by id.</summary>
    public static async Task<SortedDictionary<string, string>> ReadObjectsAsync(this ApiClient client, string name)
    {
        ApiResponse response = (await client.GetAsync($"/v1/objects?class={name}&include=vector&limit=10000")).Expect(200);
        return new(
            response.Json.GetProperty("objects").EnumerateArray().ToDictionary(item => item.GetProperty("id").GetString()!, item => item.GetRawText()),
            StringComparer.Ordinal);
    }

    /// <summary>Makes a backup and waits for its success.</summary>
    public static async Task<JsonElement> BackUpAsync(this ApiClient client, string id, string more = "")
    {
        (await client.PostAsync(Location, $$"""{"id":"{{id}}"{{more}}}""")).Expect(200);
        return await client.EndOfAsync($"{Location}/{id}", "SUCCESS");
    }

    /// <summary>Restores a backup and waits for its success.</summary>
    public static async Task<JsonElement> RestoreAsync(this ApiClient client, string id, string body = "{}")
    {
        (await client.PostAsync($"{Location}/{id}/restore", body)).Expect(200);
        return await client.EndOfAsync($"{Location}/{id}/restore", "SUCCESS");
    }

    /// <summary>Waits until the operation at a path has ended, which has to be in the expected way.</summary>
    public static async Task<JsonElement> EndOfAsync(this ApiClient client, string path, string expected)
    {
        JsonElement answer = await client.StateAsync(path, "SUCCESS", "FAILED", "CANCELED");
        Assert.True(answer.GetProperty("status").GetString() == expected, $"Expected {expected}: {answer}");
        return answer;
    }

    /// <summary>Waits until the operation at a path has one of the states.</summary>
    public static async Task<JsonElement> StateAsync(this ApiClient client, string path, params string[] states)
    {
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            JsonElement answer = (await client.GetAsync(path)).Expect(200).Json;
            if (states.Contains(answer.GetProperty("status").GetString()))
            {
                return answer;
            }

            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, $"Not {string.Join(" or ", states)} within {Patience}: {answer}");

            // The server needs the processor to get there.
            await Task.Delay(Pause);
        }
    }
}
