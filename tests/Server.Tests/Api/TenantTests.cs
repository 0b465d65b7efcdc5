using System.Text.Json;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Api;

/// <summary>Classes with tenants: <c>/v1/schema/{class}/tenants</c>, and the tenant of every request about objects.</summary>
public sealed class TenantTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Id = "00000000-0000-0000-0000-00000000000a";

    private ApiClient Client => shared.Client;

    [Fact]
    public async Task Tenants_WhenAddedAndChanged_AreShown()
    {
        string name = await CreateClassAsync();
        string path = $"/v1/schema/{name}/tenants";

        ApiResponse added = await Client.PostAsync(path, """[{"name":"t2"},{"name":"t1","activityStatus":"INACTIVE"}]""");
        ApiResponse again = await Client.PostAsync(path, """[{"name":"t1"}]""");
        ApiResponse updated = await Client.PutAsync(path, """[{"name":"t2","activityStatus":"COLD"},{"name":"t1","activityStatus":"ACTIVE"}]""");

        Assert.Equal("""[{"activityStatus":"HOT","name":"t2"},{"activityStatus":"COLD","name":"t1"}]""", added.Expect(200).Text);
        again.Expect(200);
        updated.Expect(200);
        Assert.Equal(
            """[{"activityStatus":"HOT","name":"t1"},{"activityStatus":"COLD","name":"t2"}]""", (await Client.GetAsync(path)).Expect(200).Text);
        Assert.Equal("""{"activityStatus":"HOT","name":"t1"}""", (await Client.GetAsync($"{path}/t1")).Expect(200).Text);
        (await Client.HeadAsync($"{path}/t1")).ExpectEmpty(200);
        (await Client.HeadAsync($"{path}/t3")).ExpectEmpty(404);
        (await Client.GetAsync($"{path}/t3")).ExpectHandlerError(404, "t3");
    }

    [Theory]
    [InlineData("POST", """[{"name":""}]""", 422, "not a valid tenant name")]
    [InlineData("POST", """[{"name":"a/b"}]""", 422, "'a/b'")]
    [InlineData("POST", """[{"name":"a"},{"name":"a"}]""", 422, "a existed multiple times")]
    [InlineData("POST", """[{"name":"a","activityStatus":"FROZEN"}]""", 422, "offload")]
    [InlineData("POST", """[{"name":"a","activityStatus":"WARM"}]""", 422, "invalid activity status 'WARM'")]
    [InlineData("POST", """[]""", 422, "empty")]
    [InlineData("PUT", """[{"name":"a"}]""", 422, "invalid activity status")]
    [InlineData("PUT", """[{"name":"t1","activityStatus":"COLD"},{"name":"missing","activityStatus":"COLD"}]""", 422, "tenant not found: \"missing\"")]
    public async Task Tenants_WhenTheRequestBreaksARule_IsRefusedAsAWhole(string method, string body, int status, string part)
    {
        string name = await CreateClassAsync("t1");

        ApiResponse response = await Client.SendAsync(new HttpMethod(method), $"/v1/schema/{name}/tenants", body);

        response.ExpectHandlerError(status, part);
        Assert.Equal("""[{"activityStatus":"HOT","name":"t1"}]""", (await Client.GetAsync($"/v1/schema/{name}/tenants")).Text);
    }

    [Fact]
    public async Task Tenants_OfAClassWithout_AreRefused()
    {
        string name = await shared.CreateClassAsync();

        (await Client.PostAsync($"/v1/schema/{name}/tenants", """[{"name":"t"}]""")).ExpectHandlerError(422, "multi-tenancy is not enabled", name);
        (await Client.GetAsync($"/v1/schema/{name}/tenants")).ExpectHandlerError(422, "multi-tenancy is not enabled", name);
        (await Client.GetAsync("/v1/schema/Nowhere/tenants")).ExpectHandlerError(404, "Nowhere");
        (await Client.PutAsync($"/v1/schema/{name}", """{"multiTenancyConfig":{"enabled":true}}""")).ExpectHandlerError(422, "enabling multi-tenancy");
        (await Client.PostAsync("/v1/schema", """{"class":"Half","multiTenancyConfig":{"autoTenantCreation":true}}""")).ExpectHandlerError(422, "Half");
    }

    [Fact]
    public async Task Objects_OfOneId_AreApartInEveryTenant()
    {
        string name = await CreateClassAsync("t1", "t2");
        ApiResponse one = (await Client.PostAsync("/v1/objects", Body(name, "t1", "one"))).Expect(200);
        await ImportAsync(name, "t2", "two");

        Assert.Equal("t1", one.Json.GetProperty("tenant").GetString());
        Assert.Equal("one", await TitleAsync(name, "t1"));
        Assert.Equal("two", await TitleAsync(name, "t2"));
        (await Client.PatchAsync($"/v1/objects/{name}/{Id}", """{"tenant":"t1","properties":{"title":"patched"}}""")).ExpectEmpty(204);
        (await Client.PutAsync($"/v1/objects/{name}/{Id}?tenant=t2", Body(name, "t2", "put"))).Expect(200);
        Assert.Equal("patched", await TitleAsync(name, "t1"));
        Assert.Equal("put", await TitleAsync(name, "t2"));
        JsonElement listed = (await Client.GetAsync($"/v1/objects?class={name}&tenant=t2")).Expect(200).Json.GetProperty("objects");
        Assert.Equal("t2", Assert.Single(listed.EnumerateArray()).GetProperty("tenant").GetString());
        JsonElement deleted = (await Client.DeleteAsync(
            "/v1/batch/objects?tenant=t1",
            $$"""{"match":{"class":"{{name}}","where":{"operator":"Equal","path":["title"],"valueText":"patched"} } }""")).Expect(200).Json;
        Assert.Equal(1, deleted.GetProperty("results").GetProperty("successful").GetInt32());
        (await Client.HeadAsync($"/v1/objects/{name}/{Id}?tenant=t1")).ExpectEmpty(404);
        (await Client.HeadAsync($"/v1/objects/{name}/{Id}?tenant=t2")).ExpectEmpty(204);
        (await Client.DeleteAsync($"/v1/objects/{name}/{Id}?tenant=t2")).ExpectEmpty(204);
    }

    [Theory]
    [InlineData("", "multi-tenancy enabled, but request was without tenant")]
    [InlineData("?tenant=none", "tenant not found: \"none\"")]
    [InlineData("?tenant=cold", "tenant not active: 'cold'")]
    public async Task Objects_WhenTheTenantDoesNotFit_SayWhy(string query, string part)
    {
        string name = await CreateClassAsync("t1", "cold");
        (await Client.PutAsync($"/v1/schema/{name}/tenants", """[{"name":"cold","activityStatus":"COLD"}]""")).Expect(200);
        string separator = query.Length == 0 ? "?" : "&";

        (await Client.GetAsync($"/v1/objects/{name}/{Id}{query}")).ExpectHandlerError(422, name, part);
        (await Client.DeleteAsync($"/v1/objects/{name}/{Id}{query}")).ExpectHandlerError(422, name, part);
        (await Client.HeadAsync($"/v1/objects/{name}/{Id}{query}")).Expect(422);
        (await Client.GetAsync($"/v1/objects{query}{separator}class={name}")).ExpectHandlerError(422, name, part);
        string tenant = query.Length == 0 ? string.Empty : query["?tenant=".Length..];
        (await Client.PostAsync("/v1/objects", Body(name, tenant, "x"))).ExpectHandlerError(422, name, part);
        JsonElement item = (await Client.PostAsync("/v1/batch/objects", $$"""{"objects":[{{Body(name, tenant, "x")}}]}""")).Expect(200).Json[0];
        Assert.Contains(part, item.GetProperty("result").GetRawText().Replace("\\\"", "\"", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AutoTenants_WhenWrittenTo_AreCreatedAndActivated()
    {
        string name = shared.NewClassName();
        (await Client.PostAsync("/v1/schema", $$"""
            {"class":"{{name}}","multiTenancyConfig":{"enabled":true,"autoTenantCreation":true,"autoTenantActivation":true} }
            """)).Expect(200);

        (await Client.GetAsync($"/v1/objects/{name}/{Id}?tenant=new")).ExpectHandlerError(422, "tenant not found");
        await ImportAsync(name, "new", "x");
        (await Client.PutAsync($"/v1/schema/{name}/tenants", """[{"name":"new","activityStatus":"COLD"}]""")).Expect(200);

        Assert.Equal("x", await TitleAsync(name, "new"));
        Assert.Equal("""[{"activityStatus":"HOT","name":"new"}]""", (await Client.GetAsync($"/v1/schema/{name}/tenants")).Text);
    }

    [Fact]
    public async Task Tenant_WhenDeletedAndMadeAgain_IsEmpty()
    {
        string name = await CreateClassAsync("t1", "t2");
        await ImportAsync(name, "t1", "x");

        (await Client.DeleteAsync($"/v1/schema/{name}/tenants", """["t1","unknown"]""")).ExpectEmpty(200);
        (await Client.GetAsync($"/v1/objects/{name}/{Id}?tenant=t1")).ExpectHandlerError(422, "tenant not found");
        (await Client.PostAsync($"/v1/schema/{name}/tenants", """[{"name":"t1"}]""")).Expect(200);

        (await Client.GetAsync($"/v1/objects/{name}/{Id}?tenant=t1")).ExpectEmpty(404);
        JsonElement node = (await Client.GetAsync($"/v1/nodes/{name}?output=verbose")).Expect(200).Json.GetProperty("nodes")[0];
        Assert.Equal(["t1", "t2"], node.GetProperty("shards").EnumerateArray().Select(shard => shard.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task GraphQL_WhenATenantIsNamed_SeesThatOneAlone()
    {
        string name = await CreateClassAsync("t1", "t2");
        await ImportAsync(name, "t1", "one");

        Assert.Equal("1", (await CountAsync(name, "t1")).GetRawText());
        Assert.Equal("0", (await CountAsync(name, "t2")).GetRawText());
        JsonElement found = await QueryAsync($$"""{Get{{{name}}(tenant:"t1"){title} } }""");
        Assert.Equal("one", found.GetProperty("data").GetProperty("Get").GetProperty(name)[0].GetProperty("title").GetString());
        string refused = (await QueryAsync($$"""{Get{{{name}}{title} } }""")).GetProperty("errors").GetRawText();
        Assert.Contains("request was without tenant", refused, StringComparison.Ordinal);
    }

    private async Task<JsonElement> CountAsync(string name, string tenant) =>
        (await QueryAsync($$"""{Aggregate{{{name}}(tenant:"{{tenant}}"){meta{count} } } }""")).GetProperty("data").GetProperty("Aggregate").GetProperty(name)[0].GetProperty("meta").GetProperty("count");

    private async Task<JsonElement> QueryAsync(string query) =>
        (await Client.PostAsync("/v1/graphql", $$"""{"query":{{JsonSerializer.Serialize(query)}}}""")).Expect(200).Json;

    private async Task<string> CreateClassAsync(params string[] tenants)
    {
        string name = shared.NewClassName();
        (await Client.PostAsync("/v1/schema", $$"""{"class":"{{name}}","multiTenancyConfig":{"enabled":true} }""")).Expect(200);
        if (tenants.Length > 0)
        {
            string list = string.Join(',', tenants.Select(tenant => $$"""{"name":"{{tenant}}"}"""));
            (await Client.PostAsync($"/v1/schema/{name}/tenants", $"[{list}]")).Expect(200);
        }

        return name;
    }

    private async Task ImportAsync(string name, string tenant, string title)
    {
        JsonElement item = (await Client.PostAsync("/v1/batch/objects", $$"""{"objects":[{{Body(name, tenant, title)}}]}""")).Expect(200).Json[0];
        Assert.Equal("SUCCESS", item.GetProperty("result").GetProperty("status").GetString());
        Assert.Equal(tenant, item.GetProperty("tenant").GetString());
    }

    private async Task<string?> TitleAsync(string name, string tenant) =>
        (await Client.GetAsync($"/v1/objects/{name}/{Id}?tenant={tenant}")).Expect(200).Json.GetProperty("properties").GetProperty("title").GetString();

    private static string Body(string name, string tenant, string title) =>
        $$"""{"class":"{{name}}","id":"{{Id}}","tenant":"{{tenant}}","properties":{"title":"{{title}}"} }""";
}
