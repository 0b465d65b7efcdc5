using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Backups;

/// <summary>A backup of a class has all its tenants.</summary>
public sealed class TenantBackupTests
{
    [Fact]
    public async Task Restore_OfAClassWithTenants_BringsBackEveryTenantWithItsStatus()
    {
        await using TestServer server = await TestServer.StartAsync();
        ApiClient client = server.Client;
        (await client.PostAsync("/v1/schema", """{"class":"Book","multiTenancyConfig":{"enabled":true}}""")).Expect(200);
        (await client.PostAsync("/v1/schema/Book/tenants", """[{"name":"full"},{"name":"FULL"},{"name":"empty"},{"name":"cold"}]""")).Expect(200);
        foreach (string tenant in (string[])["full", "FULL", "cold"])
        {
            (await client.PostAsync("/v1/objects", $$"""{"class":"Book","tenant":"{{tenant}}","properties":{"title":"of {{tenant}}"},"vector":[1,2]}""")).Expect(200);
        }

        (await client.PutAsync("/v1/schema/Book/tenants", """[{"name":"cold","activityStatus":"COLD"}]""")).Expect(200);
        string[] paths = ["/v1/schema/Book", "/v1/schema/Book/tenants", "/v1/objects?class=Book&tenant=full&include=vector", "/v1/objects?class=Book&tenant=FULL", "/v1/objects?class=Book&tenant=empty", "/v1/nodes/Book?output=verbose"];
        string[] before = await ReadAsync(client, paths);
        await client.BackUpAsync("b1");
        (await client.DeleteAsync("/v1/schema/Book/tenants", """["full"]""")).Expect(200);
        (await client.DeleteAsync("/v1/schema/Book")).Expect(200);

        await client.RestoreAsync("b1");

        Assert.Equal(before, await ReadAsync(client, paths));
        (await client.GetAsync("/v1/objects?class=Book&tenant=cold")).ExpectHandlerError(422, "tenant not active");
        await server.RestartAsync();
        Assert.Equal(before, await ReadAsync(server.Client, paths));
    }

    private static async Task<string[]> ReadAsync(ApiClient client, string[] paths)
    {
        List<string> answers = [];
        foreach (string path in paths)
        {
            answers.Add((await client.GetAsync(path)).Expect(200).Text);
        }

        return [.. answers];
    }
}
