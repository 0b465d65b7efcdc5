using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Basalt.Engine;
using Basalt.Server.Index;
using Basalt.Server.Schema;
using Basalt.Server.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace Basalt.Server.Tests.Index;

/// <summary>
/// The inverted index against a model: random writes of every kind, then filters, counts and the raw entries. A failure prints its
/// seed and the shortest walk that fails.
/// </summary>
public sealed class IndexConsistencyTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(40);

    private ApiClient Client => shared.Client;

    [Fact]
    public void Index_AfterAnyWrites_AnswersLikeTheModelAndKeepsNothingOfTheDeleted() =>
        Prop.ForAll(IndexWalks.OfAtMost(25), walk => RunAsync(walk).GetAwaiter().GetResult()).Check(Thorough);

    private async Task RunAsync(IndexOperation[] walk)
    {
        string name = await shared.CreateClassAsync(IndexedDocument.Properties);
        var model = new SortedDictionary<int, IndexedDocument>();
        foreach (IndexOperation operation in walk)
        {
            await ApplyAsync(name, model, operation);
            Assert.Equal(model.Count, await CountAsync(name));
        }

        foreach (IndexFilter filter in IndexWalks.Probes)
        {
            Assert.Equal(
                model.Where(entry => filter.IsMatch(entry.Value)).Select(entry => entry.Key), await FindAsync(name, filter, dryRun: true));
        }

        await FindAsync(name, IndexFilter.NumberIsNull.Or(IndexFilter.NumberIsNull.Not()), dryRun: false);
        Assert.Equal(0, await CountAsync(name));
        Assert.Empty(EntriesOfObjects(name));
        (await Client.DeleteAsync($"/v1/schema/{name}")).Expect(200);
    }

    private async Task ApplyAsync(string name, SortedDictionary<int, IndexedDocument> model, IndexOperation operation)
    {
        switch (operation)
        {
            case IndexOperation.Import import:
                var objects = new JsonArray([.. import.Objects.Select(item => Body(name, item.Id, item.Document))]);
                JsonElement items = (await Client.PostAsync("/v1/batch/objects", new JsonObject { ["objects"] = objects }.ToJsonString())).Expect(200).Json;
                Assert.All(items.EnumerateArray(), item => Assert.Equal("SUCCESS", item.GetProperty("result").GetProperty("status").GetString()));
                foreach ((int id, IndexedDocument document) in import.Objects)
                {
                    model[id] = document;
                }

                break;
            case IndexOperation.Replace replace:
                ApiResponse replaced = await Client.PutAsync(PathOf(name, replace.Id), Body(name, replace.Id, replace.Document).ToJsonString());
                replaced.Expect(model.ContainsKey(replace.Id) ? 200 : 404);
                _ = model.Remove(replace.Id) && model.TryAdd(replace.Id, replace.Document);
                break;
            case IndexOperation.Merge merge:
                ApiResponse merged = await Client.PatchAsync(PathOf(name, merge.Id), Body(name, merge.Id, merge.Document).ToJsonString());
                merged.Expect(model.ContainsKey(merge.Id) ? 204 : 404);
                _ = model.Remove(merge.Id, out IndexedDocument? older) && model.TryAdd(merge.Id, merge.Document.Over(older));
                break;
            case IndexOperation.Delete delete:
                (await Client.DeleteAsync(PathOf(name, delete.Id))).ExpectEmpty(model.Remove(delete.Id) ? 204 : 404);
                break;
            case IndexOperation.DeleteMatches deletion:
                int[] matches = [.. model.Where(entry => deletion.Filter.IsMatch(entry.Value)).Select(entry => entry.Key)];
                Assert.Equal(matches, await FindAsync(name, deletion.Filter, dryRun: false));
                Assert.All(matches, id => Assert.True(model.Remove(id)));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(operation), operation, "Unknown operation.");
        }
    }

    /// <summary>Raw index entries that point to objects; the shard's own metadata stays.</summary>
    private List<string> EntriesOfObjects(string name)
    {
        StoredClass stored = shared.Server.Host.Catalog.Find(name)!;
        List<string> entries = [];
        using DatabaseIterator iterator = shared.Server.Host.Database.Scan(Assert.Single(stored.Shards).Index);
        while (iterator.MoveNext())
        {
            if (iterator.Key[0] != 0 || iterator.Key[1] != IndexKey.Metadata)
            {
                entries.Add(Convert.ToHexString(iterator.Key));
            }
        }

        return entries;
    }

    private async Task<IEnumerable<int>> FindAsync(string name, IndexFilter filter, bool dryRun)
    {
        ApiResponse response = await Client.DeleteAsync(
            "/v1/batch/objects",
            $$"""{"match":{"class":"{{name}}","where":{{filter.Where}}},"output":"verbose","dryRun":{{(dryRun ? "true" : "false")}}}""");
        return response.Expect(200).Json.GetProperty("results").GetProperty("objects").EnumerateArray()
            .Select(item => Convert.ToInt32(item.GetProperty("id").GetString()![..8], 16));
    }

    private async Task<int> CountAsync(string name) =>
        (await Client.GetAsync($"/v1/nodes/{name}")).Expect(200).Json.GetProperty("nodes")[0].GetProperty("stats").GetProperty("objectCount").GetInt32();

    private static JsonObject Body(string name, int id, IndexedDocument document) =>
        new() { ["class"] = name, ["id"] = IdOf(id), ["properties"] = document.ToJson() };

    private static string PathOf(string name, int id) => $"/v1/objects/{name}/{IdOf(id)}";

    private static string IdOf(int id) => string.Create(CultureInfo.InvariantCulture, $"{id:x8}-0000-4000-8000-000000000000");
}
