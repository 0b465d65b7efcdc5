using System.Net.Sockets;
using System.Text;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Api;

/// <summary>Bodies that are broken before their content matters, sent to an endpoint of each way to read one.</summary>
public sealed class RequestBodyTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private static readonly string[] Readers = ["POST /v1/schema", "POST /v1/objects", "POST /v1/batch/objects", "DELETE /v1/batch/objects"];

    public static TheoryData<string, string> MalformedJson => Cross(
        "{", "}", "{\"class\":}", "{\"class\":\"A\",}", "{'class':'A'}", "{\"class\":\"A\"}{}", "{\"class\":\"A\"} x", "nul", "{\"a\":[1,]}",
        "{\"class\":\"A\"// no\n}", "{\"class\":\"a\u0001b\"}", "{\"class\":\"\\q\"}", "{\"class\":\"\\u12g4\"}", "{\"class\":01}");

    public static TheoryData<string, string> WrongRoots => Cross("[]", "\"text\"", "12", "true", "null");

    public static TheoryData<string, string> LoneSurrogates => Cross(
        """{"class":"A\ud800"}""", """{"class":"A\udc00"}""", """{"class":"A\ud800\u0041"}""", """{"class":"A\ud800\ud800\udc00"}""",
        """{"class":"A\ud800\\udc00"}""", """{"cl\ud800ass":"A"}""", """{"class":"\\\ud83d"}""", """{"class":"\uD800"}""");

    public static TheoryData<string> Endpoints => [.. Readers];

    private ApiClient Client => shared.Client;

    [Theory]
    [MemberData(nameof(MalformedJson))]
    public async Task Body_WhenItIsNoJson_IsRefused(string endpoint, string body) =>
        (await SendAsync(endpoint, body)).ExpectFrameworkError(400, 400, "parsing body body from \"\" failed, because");

    [Theory]
    [MemberData(nameof(WrongRoots))]
    public async Task Body_WhenItIsNoObject_IsOfTheWrongType(string endpoint, string body) =>
        (await SendAsync(endpoint, body)).ExpectFrameworkError(422, 601, "body in body must be of type object");

    [Theory]
    [MemberData(nameof(LoneSurrogates))]
    public async Task Body_WhenItEscapesHalfASurrogatePair_IsRefused(string endpoint, string body) =>
        (await SendAsync(endpoint, body)).ExpectFrameworkError(400, 400, "surrogate");

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Body_WhenItIsMissing_IsRequired(string endpoint)
    {
        (await SendAsync(endpoint, [])).ExpectFrameworkError(422, 602, "body in body is required");
        (await SendAsync(endpoint, " \r\n\t")).ExpectFrameworkError(422, 602, "body in body is required");
    }

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Body_WhenItIsNoUtf8_IsRefused(string endpoint)
    {
        byte[][] texts = [[0xC3, 0x28], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xC0, 0x80], [0xE2, 0x82]];
        foreach (byte[] text in texts)
        {
            (await SendAsync(endpoint, [.. "{\"class\":\""u8, .. text, .. "\"}"u8])).ExpectFrameworkError(400, 400, "UTF-8");
        }
    }

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Body_WhenItIsNestedBeyondTheLimit_IsRefused(string endpoint)
    {
        string deep = $$"""{"properties":{{string.Concat(Enumerable.Repeat("[", 100_000))}}""";

        (await SendAsync(endpoint, deep)).ExpectFrameworkError(400, 400, "64");
    }

    [Theory]
    [InlineData("POST /v1/schema", """{"class":"A","class":"B"}""")]
    [InlineData("POST /v1/schema", """{"class":"A","properties":[{"name":"a","name":"b","dataType":["text"]}]}""")]
    [InlineData("DELETE /v1/batch/objects", """{"match":{},"match":{}}""")]
    public async Task Document_WhenAMemberIsThereTwice_IsRefused(string endpoint, string body) =>
        (await SendAsync(endpoint, body)).ExpectFrameworkError(400, 400);

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Body_WhenItsLengthIsAboveTheLimit_IsTooLarge(string endpoint)
    {
        await using TestServer server = await TestServer.StartAsync(settings => settings with { MaxRequestBytes = 4096 });

        ApiResponse response = await SendAsync(server.Client, endpoint, ApiClient.Json(new byte[4097]));

        response.ExpectFrameworkError(413, 413, "4096");
    }

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Body_WhenItComesInChunksBeyondTheLimit_IsTooLarge(string endpoint)
    {
        await using TestServer server = await TestServer.StartAsync(settings => settings with { MaxRequestBytes = 4096 });
        string[] parts = endpoint.Split(' ');
        string head = $"{parts[0]} {parts[1]} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
        string chunk = $"400\r\n{new string(' ', 1024)}\r\n";

        string answer = await ExchangeAsync(server.Host.Address, head + string.Concat(Enumerable.Repeat(chunk, 5)) + "0\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);
        Assert.Contains("{\"code\":413,", answer, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Body_WhenItIsExactlyAtTheLimit_IsRead(string endpoint)
    {
        await using TestServer server = await TestServer.StartAsync(settings => settings with { MaxRequestBytes = 4096 });

        ApiResponse response = await SendAsync(server.Client, endpoint, ApiClient.Json(Encoding.UTF8.GetBytes("{".PadRight(4096))));

        response.Expect(400);
    }

    [Fact]
    public async Task Body_WhenTheClientBreaksOff_LeavesTheServerServing()
    {
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(shared.Server.Host.Address.Host, shared.Server.Host.Address.Port);
            await socket.GetStream().WriteAsync(
                "POST /v1/batch/objects HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{\"objects\":["u8.ToArray());
        }

        (await Client.GetAsync("/v1/.well-known/ready")).Expect(200);
    }

    private static TheoryData<string, string> Cross(params string[] bodies)
    {
        var rows = new TheoryData<string, string>();
        foreach (string reader in Readers)
        {
            foreach (string body in bodies)
            {
                rows.Add(reader, body);
            }
        }

        return rows;
    }

    private static async Task<string> ExchangeAsync(Uri address, string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(address.Host, address.Port);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(socket.GetStream(), Encoding.ASCII);
        var answer = new StringBuilder();

        // The head, and as much of the body as its one line has.
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
        {
            answer.AppendLine(line);
        }

        char[] body = new char[4096];
        return answer.Append(body, 0, await reader.ReadAsync(body)).ToString();
    }

    private Task<ApiResponse> SendAsync(string endpoint, string body) => SendAsync(endpoint, Encoding.UTF8.GetBytes(body));

    private Task<ApiResponse> SendAsync(string endpoint, byte[] body) => SendAsync(Client, endpoint, ApiClient.Json(body));

    private static Task<ApiResponse> SendAsync(ApiClient client, string endpoint, HttpContent content)
    {
        string[] parts = endpoint.Split(' ');
        return client.SendAsync(new HttpMethod(parts[0]), parts[1], content);
    }
}
