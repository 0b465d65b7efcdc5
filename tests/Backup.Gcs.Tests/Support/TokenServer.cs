using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Basalt.Backup.Gcs.Tests.Support;

/// <summary>Gives out tokens for service accounts: <c>token-1</c>, <c>token-2</c> and so on.</summary>
internal sealed class TokenServer : IAsyncDisposable
{
    private readonly WebApplication _server;
    private int _given;

    private TokenServer()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddLogging(logging => logging.ClearProviders());
        _server = builder.Build();
        _server.Run(AnswerAsync);
    }

    /// <summary>Whether it knows no account.</summary>
    public bool Refuses { get; set; }

    /// <summary>How many tokens it gave.</summary>
    public int Given => _given;

    public Uri Address { get; private set; } = null!;

    public static async Task<TokenServer> StartAsync()
    {
        var tokens = new TokenServer();
        await tokens._server.StartAsync();
        tokens.Address = new Uri(tokens._server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/token");
        return tokens;
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        if (Refuses)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return context.Response.WriteAsJsonAsync(new { error = "invalid_grant", error_description = "Invalid JWT Signature." });
        }

        string token = string.Create(CultureInfo.InvariantCulture, $"token-{Interlocked.Increment(ref _given)}");
        return context.Response.WriteAsJsonAsync(new { access_token = token, expires_in = 3600, token_type = "Bearer" });
    }
}
