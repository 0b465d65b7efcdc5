using System.Globalization;
using System.Text.Json;
using Basalt.Server.Cluster.Peers;
using Basalt.Server.Tests.Cluster.Support;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Cluster.Routing;

/// <summary>Pages while objects are deleted on another node between being found and being read.</summary>
public sealed class FullPageTests
{
    private const int Objects = 60;
    private const int Page = 7;
    private const string Doc = """{"class":"Doc","properties":[{"name":"n","dataType":["int"]}]}""";

    [Theory]
    [InlineData("rest")]
    [InlineData("graphql")]
    [InlineData("filter")]
    public async Task Pages_WhenObjectsAreDeletedMeanwhile_AreFullUntilTheEnd(string way)
    {
        await using TwoNodes nodes = await TwoNodes.StartAsync();
        await nodes.CreateClassAsync(Doc, "a1", "b1", "b2");
        for (int i = 0; i < Objects; i++)
        {
            (await nodes.First.Client.PostAsync(
                "/v1/objects", $$"""{"class":"Doc","id":"{{RoutingQueries.Id(i)}}","properties":{"n":{{i.ToString(CultureInfo.InvariantCulture)}}} }""")).Expect(200);
        }

        var deleted = new HashSet<string>();
        ApiClient second = nodes.Second.Client;
        await using FakePeer peer = await FakePeer.BeforeAsync(nodes.Second.Host.Address, async (context, body) =>
        {
            if (context.Request.Path == PeerPaths.Read)
            {
                // The last of those that are asked for, and every third.
                Guid[] asked = Asked(body);
                foreach (Guid id in asked.Where((_, index) => index % 3 == 0 || index == asked.Length - 1))
                {
                    deleted.Add(id.ToString());
                    (await second.DeleteAsync($"/v1/objects/Doc/{id}")).Expect(204);
                }
            }
        });
        nodes.Move("n2", peer.Address);

        List<List<string>> pages = await WalkAsync(nodes.First.Client, way);

        Assert.All(pages.SkipLast(1), page => Assert.Equal(Page, page.Count));
        string[] left = [.. Enumerable.Range(0, Objects).Select(RoutingQueries.Id).Where(id => !deleted.Contains(id)).Order(StringComparer.Ordinal)];
        Assert.Equal(left, pages.SelectMany(page => page));
        Assert.True(deleted.Count > 10);
    }

    [Fact]
    public async Task SortedList_WhenObjectsAreDeletedMeanwhile_CountsWhatItShows()
    {
        await using TwoNodes nodes = await TwoNodes.StartAsync();
        await nodes.CreateClassAsync(Doc, "b1");
        for (int i = 0; i < 5; i++)
        {
            (await nodes.First.Client.PostAsync("/v1/objects", $$"""{"class":"Doc","id":"{{RoutingQueries.Id(i)}}"}""")).Expect(200);
        }

        await using FakePeer peer = await FakePeer.BeforeAsync(nodes.Second.Host.Address, async (context, body) =>
        {
            if (context.Request.Path == PeerPaths.Read)
            {
                (await nodes.Second.Client.DeleteAsync($"/v1/objects/Doc/{Asked(body)[0]}")).Expect(204);
            }
        });
        nodes.Move("n2", peer.Address);

        JsonElement list = (await nodes.First.Client.GetAsync("/v1/objects?class=Doc&sort=n")).Expect(200).Json;

        Assert.Equal((4, 4), (list.GetProperty("objects").GetArrayLength(), list.GetProperty("totalResults").GetInt32()));
    }

    [Fact]
    public async Task ListOfAllClasses_WhenOneIsDeletedMeanwhile_LeavesItOut()
    {
        await using TwoNodes nodes = await TwoNodes.StartAsync();
        await nodes.CreateClassAsync(Doc, "b1");
        await nodes.CreateClassAsync("""{"class":"Other"}""", "a1");
        string id = RoutingQueries.Id(1);
        (await nodes.First.Client.PostAsync("/v1/objects", $$"""{"class":"Other","id":"{{id}}"}""")).Expect(200);
        await using FakePeer peer = await FakePeer.BeforeAsync(nodes.Second.Host.Address, async (context, _) =>
        {
            if (context.Request.Path == PeerPaths.Search)
            {
                (await nodes.First.Client.DeleteAsync("/v1/schema/Doc")).Expect(200);
                (await nodes.Second.Client.DeleteAsync("/v1/schema/Doc")).Expect(200);
            }
        });
        nodes.Move("n2", peer.Address);

        JsonElement list = (await nodes.First.Client.GetAsync("/v1/objects")).Expect(200).Json;

        Assert.Equal(id, Assert.Single(list.GetProperty("objects").EnumerateArray()).GetProperty("id").GetString());
    }

    private static Guid[] Asked(byte[] body)
    {
        var message = new PeerMessageReader(body);
        PeerRequest.Read(message);
        return message.Ids();
    }

    /// <summary>All pages up to the first that is not full.</summary>
    private static async Task<List<List<string>>> WalkAsync(ApiClient client, string way)
    {
        var pages = new List<List<string>>();
        string after = "";
        while (true)
        {
            pages.Add(way == "rest" ? await ListAsync(client, after) : await QueryAsync(client, after, way == "filter"));
            if (pages[^1].Count < Page)
            {
                return pages;
            }

            after = pages[^1][^1];
        }
    }

    private static async Task<List<string>> ListAsync(ApiClient client, string after)
    {
        JsonElement list = (await client.GetAsync(string.Create(CultureInfo.InvariantCulture, $"/v1/objects?class=Doc&limit={Page}&after={after}"))).Expect(200).Json;
        List<string> ids = [.. list.GetProperty("objects").EnumerateArray().Select(found => found.GetProperty("id").GetString()!)];
        Assert.Equal(ids.Count, list.GetProperty("totalResults").GetInt32());
        return ids;
    }

    private static async Task<List<string>> QueryAsync(ApiClient client, string after, bool isFiltered)
    {
        string where = isFiltered ? ",where:{operator:GreaterThan,path:[\"n\"],valueInt:-1}" : "";
        string query = string.Create(CultureInfo.InvariantCulture, $"{{Get{{Doc(limit:{Page},after:\"{after}\"{where}){{_additional{{id}}}}}}}}");
        JsonElement answer = (await client.PostAsync("/v1/graphql", JsonSerializer.Serialize(new { query }))).Expect(200).Json;
        return [.. answer.GetProperty("data").GetProperty("Get").GetProperty("Doc").EnumerateArray().Select(found => found.GetProperty("_additional").GetProperty("id").GetString()!)];
    }
}
