using Basalt.Server.Tests.Support;
using Basalt.Tests.Support;
using static Basalt.Server.Tests.Backups.BackupClient;

namespace Basalt.Server.Tests.Backups;

/// <summary>A server that is killed while it backs up.</summary>
public sealed class KilledBackupTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Backup_WhenTheServerIsKilled_GoesOnAtTheNextStartFromTheSameCut()
    {
        string data = _directory["data"];
        SortedDictionary<string, string> atTheCut;
        await using (ServerProcess server = await ServerProcess.StartAsync(data))
        {
            await server.Client.CreateClassAsync("Book", 10_000);
            atTheCut = await server.Client.ReadObjectsAsync("Book");
            (await server.Client.PostAsync(Location, """{"id":"b1"}""")).Expect(200);
            await server.Client.StateAsync($"{Location}/b1", "TRANSFERRING", "TRANSFERRED", "SUCCESS");
            await server.Client.PutObjectsAsync("Book", 1, 500, "after the cut");
            await server.KillAsync();
        }

        await using ServerProcess restarted = await ServerProcess.StartAsync(data);
        await restarted.Client.EndOfAsync($"{Location}/b1", "SUCCESS");
        await restarted.Client.DeleteAsync("/v1/schema/Book");
        await restarted.Client.RestoreAsync("b1");

        Assert.Equal(atTheCut, await restarted.Client.ReadObjectsAsync("Book"));
    }

    [Fact]
    public async Task Restore_WhenTheServerIsKilled_GoesOnAtTheNextStart()
    {
        string data = _directory["data"];
        SortedDictionary<string, string> objects;
        await using (ServerProcess server = await ServerProcess.StartAsync(data))
        {
            await server.Client.CreateClassAsync("Book", 10_000);
            objects = await server.Client.ReadObjectsAsync("Book");
            await server.Client.BackUpAsync("b1");
            await server.Client.DeleteAsync("/v1/schema/Book");
            (await server.Client.PostAsync($"{Location}/b1/restore", "{}")).Expect(200);
            await server.KillAsync();
        }

        await using ServerProcess restarted = await ServerProcess.StartAsync(data);
        await restarted.Client.EndOfAsync($"{Location}/b1/restore", "SUCCESS");

        Assert.Equal(objects, await restarted.Client.ReadObjectsAsync("Book"));
    }
}
