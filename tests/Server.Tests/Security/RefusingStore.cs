using System.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Basalt.Server.Tests.Security;

/// <summary>
/// Refuses every request to S3 and to Google Cloud Storage as those do, with what was sent told again in the details of the answer. Gives out
/// a token to whoever asks.
/// </summary>
internal sealed class RefusingStore : IAsyncDisposable
{
    private readonly WebApplication _application;

    private RefusingStore(WebApplication application) => _application = application;

    /// <summary>Host and port.</summary>
    public string Endpoint =>
        new Uri(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Authority;

    public static async Task<RefusingStore> StartAsync(string token)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        WebApplication application = builder.Build();
        application.Run(context => AnswerAsync(context, token));
        await application.StartAsync();
        return new RefusingStore(application);
    }

    public async ValueTask DisposeAsync() => await _application.DisposeAsync();

    private static async Task AnswerAsync(HttpContext context, string token)
    {
        string path = context.Request.Path;
        if (path == "/token")
        {
            await context.Response.WriteAsJsonAsync(new { access_token = token, expires_in = 3600, token_type = "Bearer" });
            return;
        }

        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        string headers = string.Join("\n", context.Request.Headers.Select(header => $"{header.Key}:{header.Value}"));
        if (path.StartsWith("/storage/", StringComparison.Ordinal) || path.StartsWith("/upload/", StringComparison.Ordinal))
        {
            await context.Response.WriteAsJsonAsync(new
            {
                error = new { code = 403, message = "The caller has no access.", errors = new[] { new { reason = "forbidden", debugInfo = headers } } },
            });
            return;
        }

        context.Response.ContentType = "application/xml";
        await context.Response.WriteAsync(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>SignatureDoesNotMatch</Code><Message>The signature does not match.</Message>"
            + $"<CanonicalRequest>{SecurityElement.Escape(headers)}</CanonicalRequest><RequestId>1</RequestId></Error>");
    }
}
