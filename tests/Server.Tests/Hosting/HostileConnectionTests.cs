using System.Text;
using Basalt.Server.Configuration;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Hosting;

/// <summary>Clients that hold connections, send slowly, or send too much of what precedes a request.</summary>
public sealed class HostileConnectionTests : IAsyncLifetime
{
    private static readonly ConnectionSettings Connections = new()
    {
        MaxConnections = 20,
        HeadersTimeout = TimeSpan.FromSeconds(2),
        KeepAlive = TimeSpan.FromSeconds(3),
        SlowBodyGrace = TimeSpan.FromSeconds(2),
    };

    private TestServer _server = null!;

    public async Task InitializeAsync() => await StartAsync(Connections);

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("GET /v1/meta HTTP/1.1\r\nHost: x\r\nX-Slow: ")]
    [InlineData("GET /v1/me")]
    [InlineData("POST /v1/objects HTTP/1.1\r\nHost: x\r\n")]
    public async Task Headers_WhenTheyDoNotEnd_AreTimedOut(string beginning)
    {
        await using RawConnection connection = await ConnectAsync();
        await connection.SendAsync(beginning);

        string answer = await connection.ReadTextToCloseAsync();

        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 408 ", StringComparison.Ordinal), answer);
        await AssertServesAsync();
    }

    [Fact]
    public async Task Body_WhenItDoesNotCome_IsTimedOut()
    {
        await using RawConnection connection = await ConnectAsync();
        await connection.SendAsync("POST /v1/objects HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{\"class\":");

        string answer = await connection.ReadTextToCloseAsync();

        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        await AssertServesAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("GET /v1/meta HTTP/1.1\r\nHost: x\r\n\r\n")]
    public async Task Connection_WithoutAFurtherRequest_IsClosed(string first)
    {
        await using RawConnection connection = await ConnectAsync();
        await connection.SendAsync(first);

        string answer = await connection.ReadTextToCloseAsync();

        Assert.Equal(first.Length > 0, answer.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Connections_BeyondTheLimit_AreClosedAtOnce()
    {
        // None of the first may be timed out, and make room, before the last has come.
        await _server.DisposeAsync();
        await StartAsync(Connections with { HeadersTimeout = TimeSpan.FromSeconds(10) });
        var held = new List<RawConnection>();
        for (int i = 0; i < 40; i++)
        {
            held.Add(await ConnectAsync());
            await held[^1].SendAsync("GET /v1/meta HTTP/1.1\r\n");
        }

        // One of those that are too many: all others have sent what is kept for a while.
        string[] answers = await Task.WhenAll(held.Select(connection => connection.ReadTextToCloseAsync()));
        foreach (RawConnection connection in held)
        {
            await connection.DisposeAsync();
        }

        Assert.InRange(answers.Count(answer => answer.StartsWith("HTTP/1.1 408 ", StringComparison.Ordinal)), 1, 20);
        await AssertServesAsync();
    }

    [Fact]
    public async Task Line_WhenItIsTooLong_IsRefused() =>
        await AssertAnswerAsync($"GET /v1/objects?class={new string('x', 9000)} HTTP/1.1\r\nHost: x\r\n\r\n", "414");

    [Fact]
    public async Task Headers_WhenTheyAreTooMany_AreRefused() =>
        await AssertAnswerAsync(
            $"GET /v1/meta HTTP/1.1\r\nHost: x\r\n{string.Concat(Enumerable.Range(0, 200).Select(i => $"X-H{i}: 1\r\n"))}\r\n", "431");

    [Fact]
    public async Task Headers_WhenTheyAreTooLarge_AreRefused() =>
        await AssertAnswerAsync($"GET /v1/meta HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {new string('k', 40_000)}\r\n\r\n", "431");

    [Theory]
    [InlineData("Content-Length: 99999999999\r\n", "413")]
    [InlineData("Content-Length: -1\r\n", "400")]
    [InlineData("Content-Length: 5\r\nContent-Length: 6\r\n", "400")]
    [InlineData("Transfer-Encoding: gzip, chunked, identity\r\n", "400")]
    public async Task Body_WithAbsurdFraming_IsRefused(string headers, string status) =>
        await AssertAnswerAsync($"POST /v1/objects HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n{headers}\r\n", status);

    [Fact]
    public async Task Body_InChunksWithoutEnd_IsRefusedAtTheLimit()
    {
        await using RawConnection connection = await ConnectAsync();
        await connection.SendAsync("POST /v1/batch/objects HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
        byte[] chunk = Encoding.ASCII.GetBytes($"10000\r\n{new string(' ', 0x10000)}\r\n");

        Assert.True(await connection.SendUntilRefusedAsync(chunk, most: 10_000));
        await AssertServesAsync();
    }

    [Theory]
    [InlineData("GET /../../../../etc/passwd HTTP/1.1")]
    [InlineData("GET /v1/objects/Book/..%2f..%2f..%2fetc%2fpasswd HTTP/1.1")]
    [InlineData("GET /v1/backups/filesystem/..%2f..%2fetc HTTP/1.1")]
    [InlineData("GET /v1/backups/filesystem/%2e%2e/restore HTTP/1.1")]
    [InlineData("GET /v1/schema/%00 HTTP/1.1")]
    [InlineData("GET /v1/schema/%ff%fe HTTP/1.1")]
    [InlineData("GET /v1/schema/Book/tenants/..%2fx HTTP/1.1")]
    [InlineData("GET * HTTP/1.1")]
    [InlineData("GET http://[::1/ HTTP/1.1")]
    [InlineData("\0\0\0\0 / HTTP/1.1")]
    public async Task Path_WhenItIsHostile_IsRefused(string line)
    {
        await using RawConnection connection = await ConnectAsync();
        await connection.SendAsync($"{line}\r\nHost: x\r\nConnection: close\r\n\r\n");

        string answer = await connection.ReadTextToCloseAsync();

        Assert.True(answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal), answer);
        Assert.DoesNotContain("root:", answer, StringComparison.Ordinal);
    }

    private async Task StartAsync(ConnectionSettings connections) =>
        _server = await TestServer.StartAsync(settings => settings with { MaxRequestBytes = 1 << 20, Connections = connections });

    private Task<RawConnection> ConnectAsync() => RawConnection.OpenAsync(_server.Client.Address);

    private async Task AssertAnswerAsync(string request, string status)
    {
        await using RawConnection connection = await ConnectAsync();
        await connection.SendAsync(request);

        Assert.StartsWith($"HTTP/1.1 {status} ", await connection.ReadTextToCloseAsync(), StringComparison.Ordinal);
    }

    /// <summary>Somebody else is served.</summary>
    private async Task AssertServesAsync()
    {
        using var other = new ApiClient(_server.Client.Address);
        (await other.GetAsync("/v1/meta")).Expect(200);
    }
}
