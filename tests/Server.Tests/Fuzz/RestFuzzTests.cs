using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Basalt.Server.Tests.Support;
using Basalt.Tests.Support;

namespace Basalt.Server.Tests.Fuzz;

/// <summary>Mutated requests to a whole server: each has an answer that blames the request, and the server lives on, also after a restart.</summary>
public sealed partial class RestFuzzTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly int Rounds = Math.Max(1, ByteMutator.Rounds / 50);

    private TestServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(settings => settings with { MaximumCollections = 200 });
        await PrepareAsync();
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Bodies_WhenMutated_AreAnsweredAndLeaveAServerThatStartsAgain()
    {
        for (int index = 0; index < HostileRequests.WithBody.Length; index++)
        {
            (string method, string path, string body) = HostileRequests.WithBody[index];
            var mutator = new JsonMutator(300 + index);
            for (int round = 0; round < Rounds; round++)
            {
                byte[] input = mutator.Mutate(body);
                await SendAsync(method, path, input, () => FuzzLoop.Describe(300 + index, round, input));
            }
        }

        await AssertServesAsync();
        await _server.RestartAsync();
        await AssertServesAsync();
    }

    [Fact]
    public async Task PathsAndParameters_WhenMutated_AreAnswered()
    {
        for (int index = 0; index < HostileRequests.WithoutBody.Length; index++)
        {
            (string method, string path) = HostileRequests.WithoutBody[index];
            var mutator = new TextMutator(400 + index);
            for (int round = 0; round < Rounds; round++)
            {
                string mutated = Escape(mutator.Mutate(path[4..]));
                await SendAsync(method, $"/v1/{mutated}", null, () => $"Seed {400 + index}, round {round}: {method} /v1/{mutated}");
            }
        }

        await AssertServesAsync();
    }

    [Fact]
    public async Task Queries_WhenMutated_AreAnswered()
    {
        for (int index = 0; index < QueryFuzzTests.Queries.Length; index++)
        {
            var mutator = new TextMutator(500 + index);
            for (int round = 0; round < 2 * Rounds; round++)
            {
                string query = mutator.Mutate(QueryFuzzTests.Queries[index]);
                byte[] body = JsonSerializer.SerializeToUtf8Bytes(new { query, variables = new { id = "x", n = 1 } });
                await SendAsync("POST", "/v1/graphql", body, () => FuzzLoop.Describe(500 + index, round, body));
            }
        }

        await AssertServesAsync();
    }

    private async Task PrepareAsync()
    {
        (await _server.Client.PostAsync("/v1/schema", HostileRequests.Definition)).Expect(200);
        (await _server.Client.PostAsync("/v1/schema/Book/properties", """{"name":"by","dataType":["Book"]}""")).Expect(200);
        (await _server.Client.PostAsync("/v1/objects", HostileRequests.WithBody[0].Body)).Expect(200);
    }

    private async Task SendAsync(string method, string path, byte[]? body, Func<string> describe)
    {
        ApiResponse answer;
        try
        {
            answer = await _server.Client
                .SendAsync(new HttpMethod(method), path, body is null ? null : ApiClient.Json(body))
                .WaitAsync(Patience);
        }
        catch (Exception failure) when (failure is HttpRequestException or TimeoutException)
        {
            throw new FuzzFailureException($"{method} {path}, {describe()}: no answer: {failure.Message}", failure);
        }

        if (answer.Status >= 500 && !IsByContract(path, answer.Text))
        {
            throw new FuzzFailureException($"{method} {path}, {describe()}: {answer.Status} {answer.Text}");
        }
    }

    /// <summary>The few answers 500 that Weaviate's contract prescribes for what a request asks.</summary>
    private static bool IsByContract(string path, string answer) =>
        (ObjectsWithoutClass().IsMatch(path) && !answer.Contains("unexpected", StringComparison.OrdinalIgnoreCase))
        || (path.StartsWith("/v1/backups/", StringComparison.Ordinal) && answer.Contains("incremental", StringComparison.Ordinal));

    /// <summary>What a client would escape, too; the rest goes out as it is.</summary>
    private static string Escape(string path)
    {
        var escaped = new StringBuilder(Math.Min(path.Length, 7000));
        foreach (Rune rune in path.EnumerateRunes().Take(5000))
        {
            escaped.Append(rune.Value is > 32 and < 127 and not '#' and not '\\' ? rune.ToString() : Uri.EscapeDataString(rune.ToString()));
        }

        return escaped.ToString();
    }

    private async Task AssertServesAsync()
    {
        (await _server.Client.GetAsync("/v1/schema")).Expect(200);
        (await _server.Client.GetAsync("/v1/nodes?output=verbose")).Expect(200);
        (await _server.Client.GetAsync("/v1/objects?class=Book&limit=1000&include=vector")).Expect(200);
        Assert.NotEqual(JsonValueKind.Undefined, (await _server.Client.GetAsync("/v1/objects?limit=100")).Expect(200).Json.ValueKind);
    }

    [GeneratedRegex(@"^/v1/objects/?\?(?!(.*&)?class=[^&])")]
    private static partial Regex ObjectsWithoutClass();
}
