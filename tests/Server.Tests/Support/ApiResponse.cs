using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Basalt.Server.Tests.Support;

/// <summary>An answer of the server, read whole.</summary>
internal sealed class ApiResponse(HttpStatusCode status, HttpResponseHeaders headers, HttpContentHeaders contentHeaders, byte[] body)
{
    private readonly Lazy<JsonElement> _json = new(() => JsonElement.Parse(body));

    public int Status { get; } = (int)status;

    public byte[] Body { get; } = body;

    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The body as JSON; fails when it is none.</summary>
    public JsonElement Json => _json.Value;

    /// <summary>The message of a handler's error: <c>{"error":[{"message":...}]}</c>.</summary>
    public string HandlerMessage => Assert.Single(Json.GetProperty("error").EnumerateArray()).GetProperty("message").GetString()!;

    /// <summary>The code of a framework's error: <c>{"code":...,"message":...}</c>.</summary>
    public int FrameworkCode => Json.GetProperty("code").GetInt32();

    /// <summary>The message of a framework's error.</summary>
    public string FrameworkMessage => Json.GetProperty("message").GetString()!;

    /// <summary>A header of the answer or of its body; null if it is missing.</summary>
    public string? Header(string name) =>
        headers.TryGetValues(name, out IEnumerable<string>? values) || contentHeaders.TryGetValues(name, out values)
            ? string.Join(", ", values)
            : null;

    /// <summary>Fails with the body in the message unless the status is the expected one.</summary>
    public ApiResponse Expect(int expected)
    {
        Assert.True(Status == expected, $"Expected status {expected}, but got {Status}: {Text}");
        return this;
    }

    /// <summary>Fails unless this is a handler's error of that status whose message has all of the parts.</summary>
    public void ExpectHandlerError(int expected, params ReadOnlySpan<string> parts)
    {
        Expect(expected);
        foreach (string part in parts)
        {
            Assert.Contains(part, HandlerMessage, StringComparison.Ordinal);
        }
    }

    /// <summary>Fails unless this is a framework's error of that status and code whose message has all of the parts.</summary>
    public void ExpectFrameworkError(int expected, int code, params ReadOnlySpan<string> parts)
    {
        Expect(expected);
        Assert.Equal(code, FrameworkCode);
        foreach (string part in parts)
        {
            Assert.Contains(part, FrameworkMessage, StringComparison.Ordinal);
        }
    }

    /// <summary>Fails unless the status is the expected one and the body empty.</summary>
    public void ExpectEmpty(int expected)
    {
        Expect(expected);
        Assert.Empty(Body);
    }
}
