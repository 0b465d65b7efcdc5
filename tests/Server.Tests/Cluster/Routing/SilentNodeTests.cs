using System.Net;
using System.Net.Sockets;
using Basalt.Server.Cluster.Peers;
using Basalt.Server.Schema;
using Basalt.Server.Tests.Cluster.Support;
using Basalt.Server.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Basalt.Server.Tests.Cluster.Routing;

/// <summary>Nodes that say nothing: gone without a word, or long at work; and requests that are over while nodes still work for them.</summary>
public sealed class SilentNodeTests
{
    private const string Doc = """{"class":"Doc","properties":[{"name":"n","dataType":["int"]}]}""";
    private const string Unreachable = "node 'n2' cannot be reached: shard 'b1' of class 'Doc' is there (it has given no sign of life for 0.3 s)";

    private static readonly PeerTimeouts Impatient = new() { Silence = TimeSpan.FromMilliseconds(300) };

    [Fact]
    public async Task Requests_WhenANodeFallsSilent_FailAsIfItWereDown()
    {
        await using TwoNodes nodes = await TwoNodes.StartAsync(timeouts: Impatient);
        await nodes.CreateClassAsync(Doc, "a1", "b1");

        // The machine takes connections and what is sent on them, but nothing ever comes back.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        nodes.Move("n2", new Uri($"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}"));

        ApiClient client = nodes.First.Client;
        (await client.GetAsync($"/v1/objects/Doc/{IdIn(1)}")).ExpectHandlerError(503, Unreachable);
        (await client.GetAsync("/v1/objects?class=Doc")).ExpectHandlerError(503, Unreachable);
        (await client.GetAsync("/v1/objects?class=Doc&sort=n")).ExpectHandlerError(503, Unreachable);
        (await client.PutAsync($"/v1/objects/Doc/{IdIn(1)}", $$"""{"class":"Doc","id":"{{IdIn(1)}}"}""")).ExpectHandlerError(503, "node 'n2'", "no sign of life");
        string count = (await client.PostAsync("/v1/graphql", """{"query":"{Aggregate{Doc{meta{count}}}}"}""")).Expect(200).Text;
        Assert.Contains(Unreachable, count, StringComparison.Ordinal);
        Assert.Contains(
            "did not answer",
            (await client.PostAsync("/v1/objects", $$"""{"class":"Doc","id":"{{IdIn(1)}}"}""")).Expect(503).HandlerMessage,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_WhenANodeTakesLongButLives_IsAnswered()
    {
        // Enough for a busy machine to answer in a third of it.
        await using TwoNodes nodes = await TwoNodes.StartAsync(timeouts: new PeerTimeouts { Silence = TimeSpan.FromSeconds(6) });
        await nodes.CreateClassAsync(Doc, "a1", "b1");
        int questions = 0;
        var hasLived = new TaskCompletionSource();
        await using FakePeer slow = await FakePeer.BeforeAsync(nodes.Second.Host.Address, async (context, _) =>
        {
            // A silent node would be asked twice.
            if (context.Request.Path == "/v1/.well-known/live" && Interlocked.Increment(ref questions) == 3)
            {
                hasLived.SetResult();
            }

            if (context.Request.Path == PeerPaths.Search)
            {
                await hasLived.Task;
            }
        });
        nodes.Move("n2", slow.Address);

        (await nodes.First.Client.GetAsync("/v1/objects?class=Doc&sort=n")).Expect(200);

        Assert.True(questions >= 3);
    }

    [Fact]
    public async Task Search_WhenOneNodeFails_EndsTheWorkOfTheOthers()
    {
        await using TwoNodes nodes = await TwoNodes.StartAsync();
        await nodes.CreateClassAsync(Doc, "a1", "b1", "c1");
        var hasBegun = new TaskCompletionSource();
        var hasEnded = new TaskCompletionSource();
        await using FakePeer working = await FakePeer.StartAsync(context => WorkAsync(context, hasBegun, hasEnded));
        await using FakePeer failing = await FakePeer.StartAsync(async context =>
        {
            await hasBegun.Task;
            context.Response.StatusCode = StatusCodes.Status507InsufficientStorage;
            await context.Response.WriteAsync("""{"error":[{"message":"the disk is full"}]}""");
        });
        nodes.Move("n2", failing.Address);
        nodes.Move("n3", working.Address);

        ApiResponse response = await nodes.First.Client.GetAsync("/v1/objects?class=Doc");

        response.ExpectHandlerError(507, "node 'n2': the disk is full");
        await hasEnded.Task;
    }

    [Fact]
    public async Task Search_WhenTheClientGoesAway_EndsTheWorkOfTheNodes()
    {
        await using TwoNodes nodes = await TwoNodes.StartAsync();
        await nodes.CreateClassAsync(Doc, "a1", "b1", "c1");
        TaskCompletionSource[] begun = [new(), new()];
        TaskCompletionSource[] ended = [new(), new()];
        await using FakePeer second = await FakePeer.StartAsync(context => WorkAsync(context, begun[0], ended[0]));
        await using FakePeer third = await FakePeer.StartAsync(context => WorkAsync(context, begun[1], ended[1]));
        nodes.Move("n2", second.Address);
        nodes.Move("n3", third.Address);
        using var client = new HttpClient { BaseAddress = nodes.First.Host.Address };
        using var goes = new CancellationTokenSource();

        Task<HttpResponseMessage> request = client.GetAsync(new Uri("/v1/objects?class=Doc", UriKind.Relative), goes.Token);
        await Task.WhenAll(begun.Select(node => node.Task));
        await goes.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        await Task.WhenAll(ended.Select(node => node.Task));
    }

    [Fact]
    public async Task Request_ForAnotherNode_IsRefused()
    {
        await using TwoNodes nodes = await TwoNodes.StartAsync();
        await nodes.CreateClassAsync(Doc, "a1", "b1");

        // Its address has been given to the other one.
        nodes.Move("n2", nodes.First.Host.Address);

        (await nodes.First.Client.GetAsync($"/v1/objects/Doc/{IdIn(1)}")).ExpectHandlerError(503, "a request for node 'n2' arrived at node 'n1'");
    }

    /// <summary>Works until nobody waits for it any more.</summary>
    private static async Task WorkAsync(HttpContext context, TaskCompletionSource begun, TaskCompletionSource ended)
    {
        begun.TrySetResult();
        using CancellationTokenRegistration gone = context.RequestAborted.Register(() => ended.TrySetResult());
        await ended.Task;
    }

    private static string IdIn(int shard) => Enumerable.Range(0, 100).Select(RoutingQueries.Id).First(id => ShardPlacement.IndexOf(new Guid(id), 2) == shard);
}
