using System.Text.Json;
using Basalt.Server.Configuration;
using Basalt.Server.Tests.Support;
using static Basalt.Server.Tests.Backups.BackupClient;

namespace Basalt.Server.Tests.Backups;

/// <summary>A store without conditional writes is used only if that is allowed, and whoever looks at a backup there is told.</summary>
public sealed class DegradedStoreTests
{
    [Fact]
    public async Task Create_WithoutTheSetting_IsRefusedAndNamesIt()
    {
        await using TestServer server = await TestServer.StartAsync(decorateBackend: inner => new OverwritingBackend(inner));
        await server.Client.CreateClassAsync("Book", 1);

        ApiResponse refused = await server.Client.PostAsync(Location, """{"id":"b1"}""");

        Assert.InRange(refused.Status, 400, 599);
        Assert.Contains("BACKUP_ALLOW_DEGRADED_STORES", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateAndRestore_WithTheSetting_WorkAndSayThatTheyAreDegraded()
    {
        await using TestServer server = await TestServer.StartAsync(
            settings => settings with { Backups = new BackupSettings { AllowDegradedStores = true } }, inner => new OverwritingBackend(inner));
        await server.Client.CreateClassAsync("Book", 50);
        SortedDictionary<string, string> objects = await server.Client.ReadObjectsAsync("Book");

        JsonElement made = await server.Client.BackUpAsync("b1");
        JsonElement listed = Assert.Single((await server.Client.GetAsync(Location)).Expect(200).Json.EnumerateArray());
        await server.Client.DeleteAsync("/v1/schema/Book");
        await server.Client.RestoreAsync("b1");

        Assert.True(made.GetProperty("degraded").GetBoolean());
        Assert.True(listed.GetProperty("degraded").GetBoolean());
        Assert.Equal(objects, await server.Client.ReadObjectsAsync("Book"));
    }
}
