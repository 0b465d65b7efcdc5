using System.Text.Json;
using Basalt.Server.Grpc.Protocol;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Grpc;

public sealed class TenantsTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Id = "00000000-0000-0000-0000-000000000001";

    private GrpcClient Client => shared.Server.Grpc;

    [Fact]
    public async Task TenantsGet_WhenNoneAreNamed_ListsAllWithTheirStates()
    {
        string name = await CreateAsync("", """[{"name":"b"},{"name":"a","activityStatus":"COLD"}]""");

        TenantsGetReply reply = await Client.CallAsync("TenantsGet", new TenantsGetRequest { Collection = name }, TenantsGetReply.Parser);

        Assert.Equal(
            [("a", TenantActivityStatus.Cold), ("b", TenantActivityStatus.Hot)],
            reply.Tenants.Select(tenant => (tenant.Name, tenant.ActivityStatus)));
    }

    [Fact]
    public async Task TenantsGet_WhenSomeAreNamed_ListsThoseThatExist()
    {
        string name = await CreateAsync("", """[{"name":"a"},{"name":"b"}]""");
        var request = new TenantsGetRequest { Collection = name, Names = new TenantNames { Values = { "b", "missing", "b" } } };

        TenantsGetReply reply = await Client.CallAsync("TenantsGet", request, TenantsGetReply.Parser);

        Assert.Equal("b", Assert.Single(reply.Tenants).Name);
    }

    [Fact]
    public async Task TenantsGet_WhenTheClassHasNoneOrIsMissing_IsRefused()
    {
        string name = await shared.CreateClassAsync();

        (await Client.TryCallAsync("TenantsGet", new TenantsGetRequest { Collection = name })).ExpectError("3", "multi-tenancy", name);
        (await Client.TryCallAsync("TenantsGet", new TenantsGetRequest { Collection = "Nowhere" })).ExpectError("3", "Nowhere");
    }

    [Theory]
    [InlineData("search")]
    [InlineData("aggregate")]
    [InlineData("graphql")]
    public async Task Read_WhenTheClassActivatesTenants_MakesAColdOneHot(string way)
    {
        string name = await CreateAsync(""","autoTenantActivation":true""", """[{"name":"t"}]""");
        (await shared.Client.PostAsync("/v1/objects", $$"""{"class":"{{name}}","tenant":"t","id":"{{Id}}"}""")).Expect(200);
        (await shared.Client.PutAsync($"/v1/schema/{name}/tenants", """[{"name":"t","activityStatus":"COLD"}]""")).Expect(200);

        long found = way switch
        {
            "search" => (await Client.CallAsync("Search", new SearchRequest { Collection = name, Tenant = "t" }, SearchReply.Parser)).Results.Count,
            "aggregate" => (await Client.CallAsync(
                "Aggregate", new AggregateRequest { Collection = name, Tenant = "t", ObjectsCount = true }, AggregateReply.Parser)).SingleResult.ObjectsCount,
            _ => (await shared.Client.PostAsync(
                "/v1/graphql", JsonSerializer.Serialize(new { query = $"{{Get{{{name}(tenant:\"t\"){{_additional{{id}}}}}}}}" })))
                .Expect(200).Json.GetProperty("data").GetProperty("Get").GetProperty(name).GetArrayLength(),
        };

        Assert.Equal(1, found);
        Assert.Equal("""[{"activityStatus":"HOT","name":"t"}]""", (await shared.Client.GetAsync($"/v1/schema/{name}/tenants")).Text);
    }

    private async Task<string> CreateAsync(string settings, string tenants)
    {
        string name = shared.NewClassName();
        (await shared.Client.PostAsync("/v1/schema", $$$"""{"class":"{{{name}}}","multiTenancyConfig":{"enabled":true{{{settings}}}}}""")).Expect(200);
        (await shared.Client.PostAsync($"/v1/schema/{name}/tenants", tenants)).Expect(200);
        return name;
    }
}
