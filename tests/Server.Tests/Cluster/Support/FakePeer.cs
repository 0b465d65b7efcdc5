using System.Net;
using Basalt.Server.Cluster.Peers;
using Basalt.Server.Objects;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Basalt.Server.Tests.Cluster.Support;

/// <summary>Stands at the address of a node, and answers as a test wants.</summary>
internal sealed class FakePeer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private FakePeer(WebApplication application) => _application = application;

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_application.Urls.Single());

    /// <summary>Starts one.</summary>
    /// <param name="answer">Answers every request.</param>
    public static async Task<FakePeer> StartAsync(RequestDelegate answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        WebApplication application = builder.Build();
        application.Run(answer);
        await application.StartAsync();
        return new FakePeer(application);
    }

    /// <summary>Starts one that hands every request on to a real node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="before">Does something with the path and the body of each request first.</param>
    public static Task<FakePeer> BeforeAsync(Uri node, Func<HttpContext, byte[], Task> before) => StartAsync(async context =>
    {
        byte[] body = await ReadAsync(context);
        await before(context, body);
        using var client = new HttpClient { BaseAddress = node };
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), context.Request.Path.Value) { Content = new ByteArrayContent(body) };
        request.Headers.TryAddWithoutValidation("Authorization", context.Request.Headers.Authorization.ToString());
        using HttpResponseMessage response = await client.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        await context.Response.Body.WriteAsync(await response.Content.ReadAsByteArrayAsync());
    });

    /// <summary>The body of a request.</summary>
    public static async Task<byte[]> ReadAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        return body.ToArray();
    }

    /// <summary>Answers with a message between nodes.</summary>
    /// <param name="context">The request.</param>
    /// <param name="write">Adds the fields.</param>
    public static async Task AnswerAsync(HttpContext context, Action<PeerMessageWriter> write)
    {
        await ReadAsync(context);
        using var message = new PeerMessageWriter();
        write(message);
        await context.Response.Body.WriteAsync(message.Complete());
    }

    /// <summary>The stored form of an object without vectors.</summary>
    /// <param name="properties">Its properties as JSON.</param>
    public static byte[] Record(string properties)
    {
        byte[] json = System.Text.Encoding.UTF8.GetBytes(properties);
        return [ObjectRecord.Version, .. new byte[16], .. BitConverter.GetBytes(json.Length), .. json, 0, 0, 0, 0, 0, 0];
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
