using Basalt.Server.Tests.Backups;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Api;

/// <summary><c>/v1/aliases</c>, and aliases where requests name classes.</summary>
public sealed class AliasTests : IAsyncLifetime
{
    private TestServer _server = null!;

    private ApiClient Client => _server.Client;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        await Client.CreateClassAsync("One", 1);
        await Client.CreateClassAsync("Two", 2);
        (await Client.PostAsync("/v1/aliases", """{"alias":"main","class":"One"}""")).Expect(200);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Alias_WhenMadeMovedAndDeleted_IsShown()
    {
        Assert.Equal("""{"alias":"Main","class":"One"}""", (await Client.GetAsync("/v1/aliases/Main")).Expect(200).Text);
        Assert.Equal("""{"alias":"Main","class":"Two"}""", (await Client.PutAsync("/v1/aliases/Main", """{"class":"Two"}""")).Expect(200).Text);
        Assert.Equal("""{"aliases":[]}""", (await Client.GetAsync("/v1/aliases?class=One")).Expect(200).Text);
        Assert.Equal("""{"aliases":[{"alias":"Main","class":"Two"}]}""", (await Client.GetAsync("/v1/aliases?class=Two")).Expect(200).Text);
        await _server.RestartAsync();
        Assert.Equal("""{"aliases":[{"alias":"Main","class":"Two"}]}""", (await Client.GetAsync("/v1/aliases")).Expect(200).Text);
        (await Client.DeleteAsync("/v1/aliases/Main")).ExpectEmpty(204);
        (await Client.GetAsync("/v1/aliases/Main")).ExpectHandlerError(404, "Main");
    }

    [Theory]
    [InlineData("POST", "/v1/aliases", """{"alias":"Main","class":"Two"}""", 422, "alias 'Main' already exists")]
    [InlineData("POST", "/v1/aliases", """{"alias":"Two","class":"One"}""", 422, "Two already exists")]
    [InlineData("POST", "/v1/aliases", """{"alias":"a-b","class":"One"}""", 422, "'a-b' is not a valid alias name")]
    [InlineData("POST", "/v1/aliases", """{"alias":"Other","class":"Nowhere"}""", 422, "'Nowhere' does not exist")]
    [InlineData("PUT", "/v1/aliases/Main", """{"class":"Nowhere"}""", 422, "'Nowhere' does not exist")]
    [InlineData("PUT", "/v1/aliases/Other", """{"class":"One"}""", 404, "'Other' not found")]
    [InlineData("POST", "/v1/schema", """{"class":"Main"}""", 422, "Main already exists")]
    public async Task Alias_WhenTheRequestBreaksARule_IsRefused(string method, string path, string body, int status, string part) =>
        (await Client.SendAsync(new HttpMethod(method), path, body)).ExpectHandlerError(status, part);

    [Fact]
    public async Task Alias_InRequestsAboutObjects_MeansItsClass()
    {
        (await Client.PostAsync("/v1/objects", $$"""{"class":"Main","id":"{{BackupClient.ObjectId(9)}}","properties":{"title":"by alias"} }""")).Expect(200);

        (await Client.HeadAsync($"/v1/objects/One/{BackupClient.ObjectId(9)}")).ExpectEmpty(204);
        (await Client.PatchAsync($"/v1/objects/Main/{BackupClient.ObjectId(9)}", """{"class":"Main","properties":{"title":"x"} }""")).ExpectEmpty(204);
        Assert.Equal(2, (await Client.ReadObjectsAsync("Main")).Count);
        (await Client.DeleteAsync("/v1/schema/Main")).ExpectEmpty(200);
        (await Client.GetAsync("/v1/schema/One")).Expect(200);
    }

    [Fact]
    public async Task Restore_OfAClassWithAnAlias_BringsItBackUnlessItIsTaken()
    {
        await Client.BackUpAsync("b1", ""","include":["One"]""");
        (await Client.DeleteAsync("/v1/schema/One")).Expect(200);
        Assert.Equal("""{"aliases":[]}""", (await Client.GetAsync("/v1/aliases")).Text);
        await Client.RestoreAsync("b1");
        Assert.Equal("""{"aliases":[{"alias":"Main","class":"One"}]}""", (await Client.GetAsync("/v1/aliases")).Text);
        (await Client.DeleteAsync("/v1/schema/One")).Expect(200);
        (await Client.PostAsync("/v1/aliases", """{"alias":"Main","class":"Two"}""")).Expect(200);

        await Client.RestoreAsync("b1");

        Assert.Equal("""{"aliases":[{"alias":"Main","class":"Two"}]}""", (await Client.GetAsync("/v1/aliases")).Text);
        await _server.RestartAsync();
        Assert.Equal("""{"aliases":[{"alias":"Main","class":"Two"}]}""", (await Client.GetAsync("/v1/aliases")).Text);
    }
}
