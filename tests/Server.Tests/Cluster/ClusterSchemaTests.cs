using System.Text.Json;
using Basalt.Server.Cluster;
using Basalt.Server.Schema;
using Basalt.Server.Tests.Cluster.Support;
using Basalt.Server.Tests.Support;
using Basalt.Tests.Support;

namespace Basalt.Server.Tests.Cluster;

/// <summary>The schema of several nodes: what one answered with success, all serve, and restarts and absences do not change that.</summary>
public sealed partial class ClusterSchemaTests
{
    private const string Book = """{"class":"Book","properties":[{"name":"title","dataType":["text"]}]}""";

    /// <summary>For tests that wait until one that is cut off has lost its lease.</summary>
    private static readonly TimeSpan ShortLease = TimeSpan.FromSeconds(4);

    [Fact]
    public async Task Class_CreatedOnOneNode_IsServedByAllAndSpreadOverThem()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(3);

        ApiResponse created = await cluster["n2"].Client.PostAsync("/v1/schema", Book);

        Assert.Equal(200, created.Status);
        foreach (TestCluster.Node node in cluster.Nodes)
        {
            ApiResponse seen = await node.Client.GetAsync("/v1/schema/Book");
            Assert.Equal(200, seen.Status);
            Assert.Equal(created.Text, seen.Text);
            StoredClass stored = node.Host.Catalog.Get("Book");
            Assert.Equal(["n1", "n2", "n3"], stored.Record.Shards.Select(place => place.Node).Order());
            Assert.Equal(node.Name, Assert.Single(stored.AllShards, shard => shard.Local is not null).Place.Node);
        }
    }

    [Fact]
    public async Task Class_WithAShardCount_HasThatManyEvenlySpread()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(2);

        await cluster["n1"].Client.PostAsync("/v1/schema", """{"class":"Book","shardingConfig":{"desiredCount":5}}""");

        StoredClass stored = cluster["n2"].Host.Catalog.Get("Book");
        Assert.Equal([2, 3], stored.Record.Shards.CountBy(place => place.Node!).Select(count => count.Value).Order());
    }

    [Fact]
    public async Task Changes_ByAllNodesAtOnce_AllTakePlaceOnce()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(3);
        await cluster["n1"].Client.PostAsync("/v1/schema", Book);

        ApiResponse[] answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => cluster[$"n{(i % 3) + 1}"].Client.PostAsync(
            "/v1/schema/Book/properties", $$"""{"name":"p{{i / 2}}","dataType":["text"]}""")));

        // Each property twice, of which one comes first.
        Assert.Equal(6, answers.Count(answer => answer.Status == 200));
        Assert.Equal(6, answers.Count(answer => answer.Status == 422));
        string[] schemas = await Task.WhenAll(cluster.Nodes.Select(async node => (await node.Client.GetAsync("/v1/schema")).Text));
        Assert.All(schemas, schema => Assert.Equal(schemas[0], schema));
        using var parsed = JsonDocument.Parse(schemas[0]);
        Assert.Equal(7, parsed.RootElement.GetProperty("classes")[0].GetProperty("properties").GetArrayLength());
    }

    [Fact]
    public async Task TenantsAndAliases_AreTheSameOnAllNodes_AndTenantsAreSpread()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(3);
        await cluster["n1"].Client.PostAsync("/v1/schema", """{"class":"Order","multiTenancyConfig":{"enabled":true}}""");

        string tenants = string.Join(',', Enumerable.Range(0, 30).Select(i => $$"""{"name":"t{{i}}"}"""));
        ApiResponse added = await cluster["n2"].Client.PostAsync("/v1/schema/Order/tenants", $"[{tenants}]");
        ApiResponse aliased = await cluster["n3"].Client.PostAsync("/v1/aliases", """{"alias":"Purchase","class":"Order"}""");
        await cluster["n3"].Client.DeleteAsync("/v1/schema/Order/tenants", """["t0"]""");

        Assert.Equal(200, added.Status);
        Assert.Equal(200, aliased.Status);
        foreach (TestCluster.Node node in cluster.Nodes)
        {
            StoredClass stored = node.Host.Catalog.Get("Purchase");
            Assert.Equal(29, stored.Tenants.Count);
            Assert.NotEmpty(stored.Shards);
            Assert.All(stored.Tenants.Values, tenant => Assert.Equal(tenant.Shard.Place.Node == node.Name, tenant.Shard.Local is not null));
        }

        Assert.Equal(29, cluster.Nodes.Sum(node => node.Host.Catalog.Get("Order").Shards.Count()));
    }

    [Fact]
    public async Task Node_ThatWasAway_CatchesUpWithWhatWasCreatedAndDeleted()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(3);
        await cluster["n1"].Client.PostAsync("/v1/schema", Book);
        await cluster["n1"].Client.PostAsync("/v1/schema", """{"class":"Doomed"}""");
        await cluster.StopNodeAsync("n3");

        await cluster["n1"].Client.DeleteAsync("/v1/schema/Doomed");
        await cluster["n1"].Client.PostAsync("/v1/schema/Book/properties", """{"name":"pages","dataType":["int"]}""");
        await cluster["n2"].Client.PostAsync("/v1/schema", """{"class":"Fresh"}""");
        TestCluster.Node back = await cluster.StartNodeAsync("n3");

        Assert.Equal((await cluster["n1"].Client.GetAsync("/v1/schema")).Text, (await back.Client.GetAsync("/v1/schema")).Text);
        Assert.DoesNotContain(back.Host.Database.Keyspaces, keyspace => keyspace.Name.StartsWith("Doomed/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Class_MadeAnewWhileANodeWasAway_HasNothingOfTheOneBefore()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(2);
        const string Order = """{"class":"Order","multiTenancyConfig":{"enabled":true,"autoTenantCreation":true}}""";
        string[] tenants = [.. Enumerable.Range(0, 10).Select(i => $"t{i}")];
        await cluster["n1"].Client.PostAsync("/v1/schema", Order);
        foreach (string tenant in tenants)
        {
            ApiResponse written = await cluster["n1"].Client.PostAsync("/v1/objects", $$"""{"class":"Order","tenant":"{{tenant}}"}""");
            Assert.True(written.Status == 200, written.Text);
        }

        await cluster.StopNodeAsync("n2");
        await cluster["n1"].Client.DeleteAsync("/v1/schema/Order");
        await cluster["n1"].Client.PostAsync("/v1/schema", Order);
        await cluster["n1"].Client.PostAsync("/v1/schema/Order/tenants", $"[{string.Join(',', tenants.Select(tenant => $$"""{"name":"{{tenant}}"}"""))}]");
        await cluster.StartNodeAsync("n2");

        Assert.All(cluster.Nodes, node => Assert.All(node.Host.Catalog.Get("Order").Shards, shard => Assert.Equal(0, shard.ObjectCount)));
    }

    [Fact]
    public async Task Tenant_MadeAnewWhileItsNodeWasAway_HasNothingOfTheOneBefore()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(2, lease: ShortLease);
        await cluster["n1"].Client.PostAsync("/v1/schema", """{"class":"Order","multiTenancyConfig":{"enabled":true,"autoTenantCreation":true}}""");
        string[] tenants = [.. Enumerable.Range(0, 12).Select(i => $"t{i}")];
        foreach (string tenant in tenants)
        {
            await cluster["n1"].Client.PostAsync("/v1/objects", $$"""{"class":"Order","tenant":"{{tenant}}"}""");
        }

        foreach (bool isRestarted in (bool[])[true, false])
        {
            TestCluster.Node away = cluster["n2"];
            if (isRestarted)
            {
                await cluster.StopNodeAsync("n2");
            }
            else
            {
                away.Store.Cut();
            }

            string[] gone = isRestarted ? tenants[..6] : tenants[6..];
            await cluster["n1"].Client.DeleteAsync("/v1/schema/Order/tenants", $"[{string.Join(',', gone.Select(tenant => $"\"{tenant}\""))}]");
            await cluster["n1"].Client.PostAsync("/v1/schema/Order/tenants", $"[{string.Join(',', gone.Select(tenant => $$"""{"name":"{{tenant}}"}"""))}]");
            if (isRestarted)
            {
                await cluster.StartNodeAsync("n2");
            }
            else
            {
                away.Store.Mend();
                await Eventually.TrueAsync(() => !away.Host.Cluster!.IsFenced);
            }

            foreach (string tenant in gone)
            {
                Assert.Equal(0, cluster.Nodes.Sum(node => node.Host.Catalog.Get("Order").Tenants[tenant].Shard.Local?.ObjectCount ?? 0));
            }
        }
    }

    [Fact]
    public async Task Alias_MovedWhileANodeWasCutOff_MeansTheNewClassThere()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(2, lease: ShortLease);
        await cluster["n1"].Client.PostAsync("/v1/schema", """{"class":"Zoo"}""");
        await cluster["n1"].Client.PostAsync("/v1/schema", """{"class":"Alpha"}""");
        await cluster["n1"].Client.PostAsync("/v1/aliases", """{"alias":"Other","class":"Zoo"}""");

        cluster["n2"].Store.Cut();
        ApiResponse moved = await cluster["n1"].Client.PutAsync("/v1/aliases/Other", """{"class":"Alpha"}""");
        cluster["n2"].Store.Mend();
        await Eventually.TrueAsync(() => cluster["n2"].Host.Catalog.Find("Other")?.Name == "Alpha");

        Assert.Equal(200, moved.Status);
        Assert.Equal("Alpha", cluster["n1"].Host.Catalog.Find("Other")!.Name);
    }

    [Fact]
    public async Task Node_CutOffFromTheStore_RefusesUntilItIsBackAndKnowsWhatChanged()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(2, lease: ShortLease);
        await cluster["n1"].Client.PostAsync("/v1/schema", Book);
        TestCluster.Node cut = cluster["n2"];

        cut.Store.Cut();
        ApiResponse changed = await cluster["n1"].Client.PostAsync("/v1/schema", """{"class":"Later"}""");
        ApiResponse refused = await cut.Client.GetAsync("/v1/schema");
        ApiResponse ready = await cut.Client.GetAsync("/v1/.well-known/ready");
        ApiResponse alive = await cut.Client.GetAsync("/v1/.well-known/live");
        cut.Store.Mend();
        await Eventually.TrueAsync(() => !cut.Host.Cluster!.IsFenced);
        ApiResponse seen = await cut.Client.GetAsync("/v1/schema/Later");

        Assert.Equal(200, changed.Status);
        Assert.Equal(503, refused.Status);
        Assert.Contains("n2", refused.Text, StringComparison.Ordinal);
        Assert.Equal((503, 200), (ready.Status, alive.Status));
        Assert.Equal(200, seen.Status);
    }

    [Fact]
    public async Task Change_WhileTheStoreIsOutOfReach_IsRefusedClearly()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(1);

        cluster["n1"].Store.Cut();
        ApiResponse refused = await cluster["n1"].Client.PostAsync("/v1/schema", Book);

        Assert.Equal(503, refused.Status);
        Assert.Contains("schema cannot be changed", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nodes_ShowEachOther_AlsoThoseThatAreGone()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(3);
        await cluster["n1"].Client.PostAsync("/v1/schema", Book);
        await cluster.StopNodeAsync("n3");
        await Eventually.TrueAsync(() => !cluster["n1"].Host.Cluster!.Members.Members.ContainsKey("n3"));

        using var nodes = JsonDocument.Parse((await cluster["n1"].Client.GetAsync("/v1/nodes?output=verbose")).Text);

        Assert.Equal(
            ["n1 HEALTHY", "n2 HEALTHY", "n3 UNAVAILABLE"],
            nodes.RootElement.GetProperty("nodes").EnumerateArray().Select(node => $"{node.GetProperty("name")} {node.GetProperty("status")}"));
        Assert.Equal("Book", nodes.RootElement.GetProperty("nodes")[1].GetProperty("shards")[0].GetProperty("class").GetString());
    }

    [Fact]
    public async Task Node_WithTheDataOfAnother_IsRefused()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(2);
        await cluster.StopNodeAsync("n2");

        ClusterException refusal = await Assert.ThrowsAsync<ClusterException>(() => cluster.StartNodeAsync("n2", data: "elsewhere"));

        Assert.Contains("n2", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PathsOfNodes_AreClosedToClients()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(1);

        ApiResponse schema = await cluster["n1"].Client.GetAsync("/cluster/v1/schema/1");
        ApiResponse node = await cluster["n1"].Client.GetAsync("/cluster/v1/node");

        Assert.Equal((401, 401), (schema.Status, node.Status));
    }

    [Fact]
    public async Task Clock_OfARequest_ComesBackLater_AndAMalformedOneIsRefused()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(1);
        using var http = new HttpClient { BaseAddress = cluster["n1"].Host.Address };

        using HttpResponseMessage first = await http.GetAsync("/v1/schema");
        string clock = first.Headers.GetValues("X-Basalt-Clock").Single();
        using var next = new HttpRequestMessage(HttpMethod.Get, "/v1/schema") { Headers = { { "X-Basalt-Clock", clock } } };
        using HttpResponseMessage second = await http.SendAsync(next);
        using var wrong = new HttpRequestMessage(HttpMethod.Get, "/v1/schema") { Headers = { { "X-Basalt-Clock", "soon" } } };
        using HttpResponseMessage refused = await http.SendAsync(wrong);

        Assert.True(string.CompareOrdinal(clock, second.Headers.GetValues("X-Basalt-Clock").Single()) < 0);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, refused.StatusCode);
    }
}
