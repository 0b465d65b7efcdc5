using System.Text.Json;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Contract;

/// <summary>Checks one row of the wire contract: a request, and the answer that it must get. Failures name the row.</summary>
internal static class ContractRow
{
    /// <summary>Stands for the handler's error shape where a row has the code of the framework's.</summary>
    public const int Handler = 0;

    /// <summary>Sends a request; no body if it is null.</summary>
    public static Task<ApiResponse> SendAsync(this ApiClient client, string method, string path, string? body) =>
        body is null ? client.SendAsync(new HttpMethod(method), path) : client.SendAsync(new HttpMethod(method), path, body);

    /// <summary>Fails unless the request is refused with that status, in the shape of that code, with a message that has all of the parts.</summary>
    public static async Task ExpectRefusalAsync(
        this ApiClient client, string row, string method, string path, string? body, int status, int code, params string[] parts)
    {
        ApiResponse answer = await client.SendAsync(method, path, body);

        Assert.True(answer.Status == status, $"{row}: expected status {status}, got {answer.Status}: {answer.Text}");
        string[] expectedMembers = code == Handler ? ["error"] : ["code", "message"];
        Assert.True(expectedMembers.SequenceEqual(Members(answer.Json)), $"{row}: wrong error shape: {answer.Text}");
        if (code != Handler)
        {
            Assert.True(answer.FrameworkCode == code, $"{row}: expected code {code}: {answer.Text}");
        }

        string message = code == Handler ? answer.HandlerMessage : answer.FrameworkMessage;
        Assert.All(parts, part => Assert.True(message.Contains(part, StringComparison.Ordinal), $"{row}: '{part}' is missing: {message}"));
    }

    /// <summary>The names of an object's members, in order.</summary>
    public static IEnumerable<string> Members(JsonElement json) =>
        json.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal);

    /// <summary>Fails unless an object has all of the first members, and besides them only some of the others.</summary>
    public static void ExpectMembers(JsonElement json, string[] required, params string[] optional)
    {
        string[] present = [.. Members(json)];
        Assert.True(!required.Except(present).Any(), $"Missing [{string.Join(' ', required.Except(present))}] in {json}");
        string[] others = [.. present.Except(required).Except(optional)];
        Assert.True(others.Length == 0, $"Not allowed [{string.Join(' ', others)}] in {json}");
    }
}
