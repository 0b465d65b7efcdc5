using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Basalt.Backup.Tests.Support.Gcs;

/// <summary>
/// A server in this process that speaks the part of the JSON API of Google Cloud Storage that backups use, and breaks off where a test
/// wants it to.
/// </summary>
/// <remarks>
/// No real server could be asked from here. It was written after Google's pages "Objects: insert", "Objects: list", "Perform resumable
/// uploads" (308 with Range, <c>bytes */N</c> asks for the state, parts are kept in units of 256 KiB), "Hashes and ETags" (a CRC32C that
/// does not match is refused with 400), "Request preconditions" (<c>ifGenerationMatch=0</c>, 412) and "HTTP status and error codes"; where it and the
/// storage emulator of Firebase both serve a request, the same tests run on both.
/// </remarks>
public sealed partial class FakeGcs : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly FakeBucket _bucket = new();
    private int _calls;

    private FakeGcs()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0").ConfigureKestrel(options => options.Limits.MaxRequestBodySize = null);
        builder.Services.AddLogging(logging => logging.ClearProviders());
        _server = builder.Build();
        _server.Run(ServeAsync);
    }

    /// <summary>The bucket that exists.</summary>
    public string Bucket { get; } = "shelf";

    /// <summary>Objects on a page of a listing, at most.</summary>
    public int PageSize { get; set; } = 1000;

    /// <summary>The tokens that are accepted; empty: requests need none.</summary>
    public ISet<string> Tokens { get; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Chooses what goes wrong.</summary>
    public Func<FakeCall, FakeFault> Disturb { get; set; } = _ => FakeFault.None;

    /// <summary>Where it listens.</summary>
    public Uri Endpoint { get; private set; } = null!;

    /// <summary>Bytes of objects that came in requests.</summary>
    public long BytesReceived => Interlocked.Read(ref _bytesReceived);

    /// <summary>The names of all objects.</summary>
    public IEnumerable<string> Names => _bucket.Names;

    public static async Task<FakeGcs> StartAsync()
    {
        var fake = new FakeGcs();
        await fake._server.StartAsync();
        string address = fake._server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        fake.Endpoint = new Uri(address);
        return fake;
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    private async Task ServeAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        FakeFault fault = Disturb(new FakeCall(request.Method, request.Path + request.QueryString, Interlocked.Increment(ref _calls) - 1));
        switch (fault)
        {
            case FakeFault.Unavailable:
                await RefuseAsync(context, HttpStatusCode.ServiceUnavailable, "backendError", "Backend Error");
                return;
            case FakeFault.TooMany:
                await RefuseAsync(context, HttpStatusCode.TooManyRequests, "rateLimitExceeded", "The rate of requests is too high.");
                return;
            case FakeFault.SessionGone:
                await RefuseAsync(context, HttpStatusCode.Gone, "gone", "The upload session is gone.");
                return;
            case FakeFault.TokenRefused:
                await RefuseAsync(context, HttpStatusCode.Unauthorized, "authError", "Invalid Credentials");
                return;
            case FakeFault.BrokenBefore:
                context.Abort();
                return;
        }

        if (Tokens.Count > 0 && !Tokens.Contains(request.Headers.Authorization.ToString()["Bearer".Length..].Trim()))
        {
            await RefuseAsync(context, HttpStatusCode.Unauthorized, "authError", "Invalid Credentials");
            return;
        }

        if (fault == FakeFault.BrokenAfter)
        {
            // The answer goes nowhere.
            context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
            await CarryOutAsync(context, fault);
            context.Abort();
            return;
        }

        await CarryOutAsync(context, fault);
    }

    private Task CarryOutAsync(HttpContext context, FakeFault fault)
    {
        // The path as it was sent: an escaped slash belongs to a name.
        string path = context.Features.Get<IHttpRequestFeature>()!.RawTarget.Split('?')[0];
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        bool isUpload = parts[0] == "upload";
        string[] rest = isUpload ? parts[1..] : parts;
        if (rest is not ["storage", "v1", "b", var bucket, "o", ..])
        {
            return RefuseAsync(context, HttpStatusCode.NotFound, "notFound", "Not Found");
        }

        if (bucket != Bucket)
        {
            return RefuseAsync(context, HttpStatusCode.NotFound, "notFound", "The specified bucket does not exist.");
        }

        string? name = rest.Length > 5 ? Uri.UnescapeDataString(rest[5]) : null;
        return (context.Request.Method, isUpload, name) switch
        {
            ("POST", true, null) => InsertAsync(context, fault),
            ("PUT", true, null) => ContinueAsync(context, fault),
            ("GET", false, null) => ListAsync(context),
            ("GET", false, not null) => ReadAsync(context, name),
            ("DELETE", false, not null) => DeleteAsync(context, name),
            _ => RefuseAsync(context, HttpStatusCode.MethodNotAllowed, "methodNotAllowed", "Method Not Allowed"),
        };
    }

    private Task DeleteAsync(HttpContext context, string name)
    {
        if (!_bucket.Remove(name))
        {
            return RefuseAsync(context, HttpStatusCode.NotFound, "notFound", $"No such object: {Bucket}/{name}");
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static Task RefuseAsync(HttpContext context, HttpStatusCode status, string reason, string message)
    {
        context.Response.StatusCode = (int)status;
        return context.Response.WriteAsJsonAsync(new
        {
            error = new { code = (int)status, message, errors = new[] { new { message, domain = "global", reason } } },
        });
    }
}
