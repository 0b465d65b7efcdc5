using System.Globalization;
using Basalt.Backup;
using Basalt.Backup.Tests.Support;
using Basalt.Server.Tests.Backups;
using Basalt.Server.Tests.Support;
using Basalt.Tests.Support;
using Xunit.Abstractions;

namespace Basalt.Server.Tests.KillMatrix;

/// <summary>
/// The server is killed in the n-th call of the system that makes a part of a backup or restore visible: <c>link</c> publishes an object of a
/// repository on a file system, <c>rename</c> completes a segment of a restore.
/// </summary>
public sealed class FileSystemKillMatrixTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>Objects that a backup of the classes below publishes, about; a restore has fewer segments.</summary>
    private const int Objects = 14;

    private const int Segments = 3;

    private static readonly string Backups = BackupClient.Location;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(KillPoints.Calls), MemberType = typeof(KillPoints), DisableDiscoveryEnumeration = true)]
    public async Task Backup_WhenTheServerIsKilledAtALink_EndsAndTheNextOneIsGood(KillPoint point)
    {
        SortedDictionary<string, string> objects = await ImportAsync();
        bool isKilled = await RunKilledAsync("link,linkat", 1 + point.StepOf(Objects), "/b1", """{"id":"b1"}""");

        await using ServerProcess restarted = await ServerProcess.StartAsync(_directory["data"]);
        string status = await StoppedImport.EndAsync(restarted.Client, $"{Backups}/b1");
        output.WriteLine($"{(isKilled ? "killed" : "not killed")}, ended as {status}");
        string id = status == "SUCCESS" ? "b1" : "b2";
        if (status != "SUCCESS")
        {
            await restarted.Client.BackUpAsync(id);
        }

        await restarted.Client.DeleteAsync("/v1/schema/Book");
        await restarted.Client.RestoreAsync(id);
        Assert.Equal(objects, await restarted.Client.ReadObjectsAsync("Book"));
        using var repository = new BackupRepository(new FileSystemBackend(_directory["data-backups"]));
        await repository.CollectGarbageAsync(new GarbageCollectionOptions { MinimumAge = TimeSpan.Zero });
        Assert.Empty((await repository.VerifyAsync(id, new VerificationOptions { Level = VerificationLevel.Full })).Problems);
    }

    [Theory]
    [MemberData(nameof(KillPoints.Calls), MemberType = typeof(KillPoints), DisableDiscoveryEnumeration = true)]
    public async Task Restore_WhenTheServerIsKilledAtARename_GoesOn(KillPoint point)
    {
        SortedDictionary<string, string> objects = await ImportAsync();
        await using (ServerProcess server = await ServerProcess.StartAsync(_directory["data"]))
        {
            await server.Client.BackUpAsync("b1");
            await server.Client.DeleteAsync("/v1/schema/Book");
            server.Terminate();
            await server.ExitAsync();
        }

        // The renames of the start come first: of CURRENT and of the logs that are made ready.
        bool isKilled = await RunKilledAsync("rename,renameat,renameat2", 3 + point.StepOf(Segments), "/b1/restore", "{}");

        await using ServerProcess restarted = await ServerProcess.StartAsync(_directory["data"]);
        string status = await StoppedImport.EndAsync(restarted.Client, $"{Backups}/b1/restore");
        output.WriteLine($"{(isKilled ? "killed" : "not killed")}, ended as {status}");
        if (status == "ABSENT")
        {
            await restarted.Client.RestoreAsync("b1");
        }

        Assert.Equal(objects, await restarted.Client.ReadObjectsAsync("Book"));
    }

    private async Task<SortedDictionary<string, string>> ImportAsync()
    {
        Emulator.RequireTool("strace", "Debian package strace");
        await using ServerProcess server = await ServerProcess.StartAsync(_directory["data"]);
        await server.Client.CreateClassAsync("Book", 300);
        SortedDictionary<string, string> objects = await server.Client.ReadObjectsAsync("Book");
        server.Terminate();
        await server.ExitAsync();
        return objects;
    }

    /// <summary>Runs a server that is killed in the n-th of some calls, and asks it for an operation.</summary>
    /// <returns>Whether it was; otherwise the operation has ended.</returns>
    private async Task<bool> RunKilledAsync(string calls, int number, string path, string body)
    {
        string inject = string.Create(CultureInfo.InvariantCulture, $"inject={calls}:signal=SIGKILL:when={number}");
        await using ServerProcess server = await ServerProcess.StartAsync(
            _directory["data"], environment: null, "strace", "-f", "-qq", "-o", "/dev/null", "-e", $"trace={calls}", "-e", inject);
        try
        {
            string target = path.EndsWith("/restore", StringComparison.Ordinal) ? Backups + path : Backups;
            (await server.Client.PostAsync(target, body)).Expect(200);
            await StoppedImport.EndAsync(server.Client, Backups + path);
            return false;
        }
        catch (HttpRequestException)
        {
            // It is gone.
            return true;
        }
    }
}
