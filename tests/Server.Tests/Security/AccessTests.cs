using System.Net.Http.Headers;
using Basalt.Server.Security;
using Basalt.Server.Tests.Support;
using Microsoft.AspNetCore.Routing;

namespace Basalt.Server.Tests.Security;

/// <summary>Who is let in when API keys and the admin list are on.</summary>
public sealed class AccessTests : IAsyncLifetime
{
    private static readonly string[] Open = ["/v1/.well-known/live", "/v1/.well-known/ready", "/v1/.well-known/openid-configuration"];

    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync(settings => settings with
    {
        Access = new AccessSettings
        {
            AnonymousEnabled = false,
            Keys = [ApiKey.Of("admin-key", "ann"), ApiKey.Of("reader-key", "bob"), ApiKey.Of("other-key", "eve")],
            AdminListEnabled = true,
            Administrators = ["ann"],
            Readers = ["bob"],
        },
    });

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task EveryRoute_WithoutAKey_IsClosedButForTheProbes()
    {
        RouteEndpoint[] routes = [.. _server.Host.Endpoints.OfType<RouteEndpoint>()];
        Assert.True(routes.Length > 30, $"{routes.Length} routes");
        Assert.All((string[])["/metrics", "/v1/meta", "/v1/openapi.json"], path => Assert.Contains(routes, route => route.RoutePattern.RawText == path));
        foreach (RouteEndpoint route in routes)
        {
            string path = $"/{route.RoutePattern.RawText!.TrimStart('/').Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal)}";
            foreach (string method in route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["POST"])
            {
                ApiResponse answer = await _server.Client.SendAsync(new HttpMethod(method), path);

                Assert.True((answer.Status == 401) == !Open.Contains(path), $"{method} {path}: {answer.Status}");
            }
        }
    }

    [Theory]
    [InlineData(null, "anonymous access not enabled")]
    [InlineData("Bearer wrong", "invalid api key")]
    [InlineData("Bearer admin-key2", "invalid api key")]
    [InlineData("Basic admin-key", "invalid api key")]
    public async Task Request_WithoutAKnownKey_IsUnauthorizedInFrameworkShape(string? authorization, string message)
    {
        ApiResponse answer = await SendAsync("GET", "/v1/meta", authorization);

        answer.ExpectFrameworkError(401, 401, message);
        (await SendAsync("GET", "/v1/nothing", authorization)).ExpectFrameworkError(401, 401);
    }

    [Theory]
    [InlineData("GET", "/v1/meta", "admin-key", 200)]
    [InlineData("GET", "/v1/meta", "reader-key", 200)]
    [InlineData("GET", "/metrics", "reader-key", 200)]
    [InlineData("POST", "/v1/graphql", "reader-key", 422)]
    [InlineData("POST", "/v1/graphql", "other-key", 403)]
    [InlineData("POST", "/v1/graphql/batch", "reader-key", 422)]
    [InlineData("POST", "/v1/objects/validate", "reader-key", 422)]
    [InlineData("POST", "/v1/objects", "reader-key", 403)]
    [InlineData("GET", "/v1/meta", "other-key", 403)]
    [InlineData("DELETE", "/v1/schema/Book", "admin-key", 200)]
    [InlineData("DELETE", "/v1/schema/Book", "reader-key", 403)]
    [InlineData("DELETE", "/v1/backups/filesystem/b1", "reader-key", 403)]
    [InlineData("POST", "/v1/backups/filesystem/b1/verify", "reader-key", 403)]
    [InlineData("POST", "/v1/backups/filesystem/b1/delete", "reader-key", 403)]
    [InlineData("POST", "/v1/backups/filesystem/prune", "reader-key", 403)]
    [InlineData("POST", "/v1/backups/filesystem/gc", "reader-key", 403)]
    [InlineData("POST", "/v1/backups/filesystem/b1/verify", "admin-key", 404)]
    [InlineData("POST", "/v1/backups/filesystem/gc", "admin-key", 200)]
    [InlineData("POST", "/v1/backups/filesystem", "other-key", 403)]
    public async Task Request_WithAKey_MayDoWhatItsUserMay(string method, string path, string key, int status)
    {
        ApiResponse answer = await SendAsync(method, path, $"Bearer {key}");

        answer.Expect(status);
        if (status == 403)
        {
            answer.ExpectHandlerError(403, $"user '{(key == "reader-key" ? "bob" : "eve")}'", $"{method} {path}");
        }
    }

    [Fact]
    public void Anonymous_BesideKeys_IsAUserOfItsOwn()
    {
        var access = new AccessControl(new AccessSettings { Keys = [ApiKey.Of("k", "ann")], AdminListEnabled = true, Readers = [AccessControl.Anonymous] });

        Assert.Equal(AccessOutcome.Allowed, access.Decide(null, AccessKind.Read, "x").Outcome);
        Assert.Equal(AccessOutcome.Forbidden, access.Decide("", AccessKind.Write, "x").Outcome);
        Assert.Equal(AccessOutcome.Unauthenticated, access.Decide("Bearer z", AccessKind.Read, "x").Outcome);
    }

    private async Task<ApiResponse> SendAsync(string method, string path, string? authorization)
    {
        using var http = new HttpClient { BaseAddress = _server.Host.Address };
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Authorization = authorization is null ? null : AuthenticationHeaderValue.Parse(authorization);
        using HttpResponseMessage response = await http.SendAsync(request);
        return new ApiResponse(response.StatusCode, response.Headers, response.Content.Headers, await response.Content.ReadAsByteArrayAsync());
    }
}
