using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Basalt.Backup.Tests.Support.Faults;

/// <summary>
/// Stands between a client and a store that speak HTTP/1.1 without TLS, and lets happen to their requests what a test chooses. It knows no
/// protocol above HTTP but the two conditions and the error documents that stores have; bodies pass through its memory.
/// </summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private static readonly string[] Conditions = ["If-None-Match"];

    // Of one connection each, not of the message.
    private static readonly HashSet<string> HopHeaders = new(StringComparer.OrdinalIgnoreCase) { "Connection", "Keep-Alive", "Transfer-Encoding", "Expect" };

    private readonly WebApplication _server;
    private readonly Uri _store;
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    private readonly ConcurrentDictionary<string, ProxiedAnswer> _listings = new(StringComparer.Ordinal);
    private int _calls;

    private FaultProxy(Uri store)
    {
        _store = store;
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0").ConfigureKestrel(options => options.Limits.MaxRequestBodySize = null);
        builder.Services.AddLogging(logging => logging.ClearProviders());
        _server = builder.Build();
        _server.Run(PassAsync);
    }

    /// <summary>Chooses what happens to a request.</summary>
    public Func<ProxiedCall, NetworkFault> Choose { get; set; } = _ => NetworkFault.None;

    /// <summary>Awaited before a request goes on to the store; it does not if this throws what <see cref="ProxiedCall.Aborted"/> gives.</summary>
    public Func<ProxiedCall, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <summary>Awaited after the store carried a request out, before its answer goes back.</summary>
    public Func<ProxiedCall, Task> After { get; set; } = _ => Task.CompletedTask;

    /// <summary>How often each fault happened.</summary>
    public ConcurrentDictionary<NetworkFault, int> Happened { get; } = new();

    /// <summary>Host and port to connect to.</summary>
    public string Endpoint { get; private set; } = "";

    /// <param name="store">Host and port of the store.</param>
    public static async Task<FaultProxy> StartAsync(string store)
    {
        var proxy = new FaultProxy(new Uri($"http://{store}"));
        await proxy._server.StartAsync();
        string address = proxy._server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        proxy.Endpoint = new Uri(address).Authority;
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _client.Dispose();
    }

    private async Task PassAsync(HttpContext context)
    {
        using var received = new MemoryStream();
        await context.Request.Body.CopyToAsync(received);
        byte[] body = received.ToArray();
        string target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var call = new ProxiedCall(Interlocked.Increment(ref _calls) - 1, context.Request.Method, target, body.Length, context.RequestAborted);
        NetworkFault fault = Choose(call);
        Happened.AddOrUpdate(fault, 1, (_, count) => count + 1);
        switch (fault)
        {
            case NetworkFault.Delay:
                await Task.Delay(TimeSpan.FromMilliseconds(20));
                break;
            case NetworkFault.Unavailable:
                await RefuseAsync(context, 503, "SlowDown");
                return;
            case NetworkFault.InternalError:
                await RefuseAsync(context, 500, "InternalError");
                return;
            case NetworkFault.ExpiredToken:
                await RefuseAsync(context, 400, "ExpiredToken");
                return;
            case NetworkFault.ResetBefore:
                context.Abort();
                return;
            case NetworkFault.CorruptedRequest when body.Length > 0:
                body[body.Length / 2] ^= 1;
                break;
            case NetworkFault.StaleList when context.Request.Method == "GET" && _listings.TryGetValue(target, out ProxiedAnswer? earlier):
                await AnswerAsync(context, earlier, NetworkFault.None);
                return;
        }

        ProxiedAnswer? answer;
        try
        {
            await Before(call);
            answer = await AskAsync(context.Request, target, body, fault);
            await After(call);
        }
        catch (OperationCanceledException) when (call.Aborted.IsCancellationRequested)
        {
            // Nobody waits for an answer any more.
            return;
        }

        if (answer is null || fault == NetworkFault.ResetAfter)
        {
            context.Abort();
            return;
        }

        if (context.Request.Method == "GET" && target.Contains("prefix=", StringComparison.Ordinal))
        {
            _listings[target] = answer;
        }

        await AnswerAsync(context, answer, fault);
    }

    /// <summary>The store's answer; null if the request did not reach it whole.</summary>
    private async Task<ProxiedAnswer?> AskAsync(HttpRequest request, string target, byte[] body, NetworkFault fault)
    {
        bool isTruncated = fault == NetworkFault.TruncatedRequest && body.Length > 0;
        var uri = new Uri(_store.GetLeftPart(UriPartial.Authority) + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var message = new HttpRequestMessage(new HttpMethod(request.Method), uri);
        message.Content = isTruncated ? new BrokenContent(body) : request.ContentLength is null ? null : new ByteArrayContent(body);
        foreach ((string name, StringValues values) in request.Headers)
        {
            if (!HopHeaders.Contains(name) && !(fault == NetworkFault.IgnoredCondition && Conditions.Contains(name, StringComparer.OrdinalIgnoreCase)))
            {
                // The host, too: it is signed.
                _ = message.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values)
                    || message.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values) == true;
            }
        }

        try
        {
            using HttpResponseMessage answer = await _client.SendAsync(message);
            return new ProxiedAnswer(
                (int)answer.StatusCode,
                [.. answer.Headers.Concat(answer.Content.Headers).Where(header => !HopHeaders.Contains(header.Key))],
                await answer.Content.ReadAsByteArrayAsync());
        }
        catch (HttpRequestException) when (isTruncated)
        {
            return null;
        }
    }

    private static async Task AnswerAsync(HttpContext context, ProxiedAnswer answer, NetworkFault fault)
    {
        context.Response.StatusCode = answer.Status;
        foreach ((string name, IEnumerable<string> values) in answer.Headers)
        {
            context.Response.Headers[name] = new StringValues([.. values]);
        }

        byte[] body = answer.Body;
        if (body.Length == 0 || context.Request.Method == "HEAD")
        {
            return;
        }

        context.Response.ContentLength = body.Length;
        switch (fault)
        {
            case NetworkFault.CorruptedAnswer:
                body = [.. body];
                body[body.Length / 2] ^= 1;
                break;
            case NetworkFault.TruncatedAnswer:
                await context.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2));
                await context.Response.Body.FlushAsync();
                context.Abort();
                return;
        }

        await context.Response.Body.WriteAsync(body);
    }

    private static Task RefuseAsync(HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/xml";
        return context.Response.WriteAsync(string.Create(
            CultureInfo.InvariantCulture, $"<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>by the network</Message></Error>"));
    }
}
