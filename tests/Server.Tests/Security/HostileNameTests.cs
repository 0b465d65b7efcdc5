using System.Text.Json;
using Basalt.Server.Tests.Backups;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Security;

/// <summary>Names that are paths, wherever a request takes a name: refused, and no file comes to be anywhere.</summary>
public sealed class HostileNameTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public static TheoryData<string> Names =>
        ["../x", "..", "../../../../tmp/basalt-escape", "/etc/passwd", "a/b", "a\\..\\b", "%2e%2e%2fx", "x\0y", "x\ny", "‮x", ".repo", ".tmp", new string('x', 5000)];

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        (await _server.Client.PostAsync("/v1/schema", """{"class":"Book","multiTenancyConfig":{"enabled":true}}""")).Expect(200);
        (await _server.Client.PostAsync("/v1/schema/Book/tenants", """[{"name":"t"}]""")).Expect(200);
        (await _server.Client.PostAsync("/v1/backups/filesystem", """{"id":"good"}""")).Expect(200);
        await _server.Client.EndOfAsync("/v1/backups/filesystem/good", "SUCCESS");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Name_ThatIsAPath_IsRefusedEverywhere(string name)
    {
        string json = JsonSerializer.Serialize(name);
        (string Method, string Path, string Body)[] requests =
        [
            ("POST", "/v1/schema", $$$"""{"class":{{{json}}}}"""),
            ("POST", "/v1/schema", $$$"""{"class":"Other","properties":[{"name":{{{json}}},"dataType":["text"]}]}"""),
            ("POST", "/v1/schema", $$$"""{"class":"Other","properties":[{"name":"p","dataType":[{{{json}}}]}]}"""),
            ("POST", "/v1/schema/Book/tenants", $$$"""[{"name":{{{json}}}}]"""),
            ("POST", "/v1/aliases", $$$"""{"alias":{{{json}}},"class":"Book"}"""),
            ("POST", "/v1/objects", $$$"""{"class":{{{json}}},"properties":{}}"""),
            ("POST", "/v1/objects", $$$"""{"class":"Book","tenant":{{{json}}},"properties":{}}"""),
            ("POST", "/v1/objects", $$$"""{"class":"Book","tenant":"t","id":{{{json}}},"properties":{}}"""),
            ("POST", "/v1/objects", $$$"""{"class":"Book","tenant":"t","properties":{ {{{json}}}:1}}"""),
            ("POST", "/v1/backups/filesystem", $$$"""{"id":{{{json}}}}"""),
            ("POST", "/v1/backups/filesystem", $$$"""{"id":"b1","include":[{{{json}}}]}"""),
            ("POST", "/v1/backups/filesystem", $$$"""{"id":"b1","config":{"Path":{{{json}}}}}"""),
            ("POST", "/v1/backups/filesystem/good/restore", $$$"""{"rename":{"Book":{{{json}}}}}"""),
            ("POST", "/v1/backups/filesystem/good/restore", $$$"""{"include":[{{{json}}}]}"""),
            ("POST", "/v1/backups/filesystem/good/restore", $$$"""{"config":{"Path":{{{json}}}}}"""),
            ("POST", $"/v1/backups/{Uri.EscapeDataString(name)}", """{"id":"b1"}"""),
            ("GET", $"/v1/backups/filesystem/{Uri.EscapeDataString(name)}", ""),
            ("GET", $"/v1/backups/filesystem/good?path={Uri.EscapeDataString(name)}", ""),
            ("POST", $"/v1/backups/filesystem/{Uri.EscapeDataString(name)}/delete", "{}"),
            ("POST", $"/v1/backups/filesystem/{Uri.EscapeDataString(name)}/restore", "{}"),
            ("DELETE", $"/v1/objects/Book/{Uri.EscapeDataString(name)}", ""),
        ];
        string[] before = FilesBeside();
        foreach ((string method, string path, string body) in requests)
        {
            ApiResponse answer = body.Length == 0
                ? await _server.Client.SendAsync(new HttpMethod(method), path)
                : await _server.Client.SendAsync(new HttpMethod(method), path, body);

            Assert.True(answer.Status is >= 400 and < 500, $"{method} {path} {body}: {answer.Status} {answer.Text}");
        }

        Assert.Equal(before, FilesBeside());
        Assert.False(Path.Exists("/tmp/basalt-escape"));
    }

    /// <summary>What lies beside data and backups of the server.</summary>
    private string[] FilesBeside() =>
        [.. Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(_server.Scratch)!).Order(StringComparer.Ordinal)];
}
