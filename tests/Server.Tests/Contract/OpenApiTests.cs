using System.Text.Json;
using System.Text.RegularExpressions;
using Basalt.Server.Security;
using Basalt.Server.Tests.Backups;
using Basalt.Server.Tests.Support;
using Microsoft.AspNetCore.Routing;
using static Basalt.Server.Tests.Backups.BackupClient;
using static Basalt.Server.Tests.Contract.ContractRow;

namespace Basalt.Server.Tests.Contract;

/// <summary>The description of the API is sound, and its examples of backups are what the server does.</summary>
public sealed partial class OpenApiTests : IAsyncLifetime
{
    private const string All = "/v1/backups/{backend}";
    private const string One = "/v1/backups/{backend}/{id}";
    private const string Restore = "/v1/backups/{backend}/{id}/restore";

    private TestServer _server = null!;
    private JsonElement _document;

    private ApiClient Client => _server.Client;

    private IEnumerable<(string Path, string Method, JsonElement Operation)> Operations =>
        _document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(method => (path.Name, method.Name, method.Value)));

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        _document = (await Client.GetAsync("/v1/openapi.json")).Expect(200).Json;
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public void Document_IsOfVersion3WithATitle()
    {
        Assert.StartsWith("3.1.", _document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(_document.GetProperty("info").GetProperty("title").GetString()!);
        Assert.NotEmpty(_document.GetProperty("info").GetProperty("version").GetString()!);
    }

    [Fact]
    public void Document_HasEveryOperationOnceWithAnswersAndItsPathParameters()
    {
        string[] ids = [.. Operations.Select(operation => operation.Operation.GetProperty("operationId").GetString()!)];
        Assert.Equal(ids.Length, ids.Distinct().Count());
        foreach ((string path, string method, JsonElement operation) in Operations)
        {
            string name = $"{method} {path}";
            Assert.True(operation.GetProperty("responses").EnumerateObject().Any(), name);
            Assert.All(
                operation.GetProperty("responses").EnumerateObject(),
                answer => Assert.True(answer.Value.TryGetProperty("$ref", out _) || answer.Value.TryGetProperty("description", out _), name));
            IEnumerable<string> described = !operation.TryGetProperty("parameters", out JsonElement parameters) ? [] : parameters.EnumerateArray()
                .Where(parameter => parameter.GetProperty("in").GetString() == "path" && parameter.GetProperty("required").GetBoolean())
                .Select(parameter => parameter.GetProperty("name").GetString()!);
            Assert.Equal(PathParameter().Matches(path).Select(match => match.Groups[1].Value), described);
        }
    }

    [Fact]
    public void Document_RefersToNothingThatItLacks()
    {
        string[] references = [.. ReferenceValue().Matches(_document.GetRawText()).Select(match => match.Groups[1].Value).Distinct()];

        Assert.NotEmpty(references);
        foreach (string reference in references)
        {
            JsonElement target = _document;
            foreach (string step in reference.Split('/').Skip(1))
            {
                Assert.True(target.TryGetProperty(step, out target), reference);
            }
        }
    }

    [Fact]
    public void Document_SaysOfExactlyTheOpenRoutesThatTheyNeedNoKey()
    {
        IEnumerable<string> described = Operations
            .Where(operation => operation.Operation.TryGetProperty("security", out JsonElement security) && security.GetArrayLength() == 0)
            .Select(operation => operation.Path);
        IEnumerable<string> open = _server.Host.Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<OpenEndpoint>() is not null)
            .Select(route => "/" + route.RoutePattern.RawText!.TrimStart('/'));

        Assert.Equal(open.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Examples_OfBackups_AreWhatTheServerTakesAndAnswers()
    {
        await Client.CreateClassAsync("Book", 2);

        JsonElement created = (await Client.PostAsync(Location, Request(All).GetRawText())).Expect(200).Json;
        string id = created.GetProperty("id").GetString()!;
        JsonElement status = await Client.EndOfAsync($"{Location}/{id}", "SUCCESS");
        JsonElement list = (await Client.GetAsync(Location)).Expect(200).Json;
        await Client.DeleteAsync("/v1/schema/Book");
        JsonElement restored = (await Client.PostAsync($"{Location}/{id}/restore", Request(Restore).GetRawText())).Expect(200).Json;
        JsonElement restoreStatus = await Client.EndOfAsync($"{Location}/{id}/restore", "SUCCESS");

        string[] running = ["rate", "etaSeconds", "cutMicroseconds"];
        ExpectSameMembers(Answer(All, "post"), created);
        ExpectSameMembers(Answer(One, "get"), status, running);
        ExpectSameMembers(Answer(All, "get")[0], list[0]);
        ExpectSameMembers(Answer(Restore, "post"), restored);
        ExpectSameMembers(Answer(Restore, "get"), restoreStatus, running);
        Assert.All([(One, "delete"), (Restore, "delete")], path => Assert.True(Operation(path.Item1, path.Item2).GetProperty("responses").TryGetProperty("204", out _)));
    }

    private static void ExpectSameMembers(JsonElement example, JsonElement answer, params string[] aside) =>
        Assert.Equal(Members(answer).Except(aside), Members(example).Except(aside));

    private JsonElement Operation(string path, string method) => _document.GetProperty("paths").GetProperty(path).GetProperty(method);

    private JsonElement Request(string path) => Example(Operation(path, "post").GetProperty("requestBody"));

    private JsonElement Answer(string path, string method) => Example(Operation(path, method).GetProperty("responses").GetProperty("200"));

    private static JsonElement Example(JsonElement body) => body.GetProperty("content").GetProperty("application/json").GetProperty("example");

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex PathParameter();

    [GeneratedRegex("\"\\$ref\":\\s*\"(#[^\"]+)\"")]
    private static partial Regex ReferenceValue();
}
