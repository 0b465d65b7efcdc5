using Basalt.Backup;
using Basalt.Backup.S3;
using Basalt.Backup.Tests.Support;
using Basalt.Backup.Tests.Support.Faults;
using Basalt.Server.Tests.Backups;
using Basalt.Server.Tests.Support;
using Xunit.Abstractions;

namespace Basalt.Server.Tests.KillMatrix;

/// <summary>The server is killed at each write of a backup to a real S3 server, in front of and behind it.</summary>
[Collection(nameof(StoppedImportCollection))]
public sealed class BackupKillMatrixTests(StoppedImport import, ITestOutputHelper output)
{
    private const string Backups = "/v1/backups/s3";

    [Theory]
    [MemberData(nameof(KillPoints.Requests), MemberType = typeof(KillPoints), DisableDiscoveryEnumeration = true)]
    public async Task Backup_WhenTheServerIsKilled_EndsWithoutUploadingAnythingTwice(KillPoint point)
    {
        if (point.StepOf(import.StepsOfABackup) >= import.StepsOfABackup)
        {
            return;
        }

        string path = $"kill/{Guid.NewGuid():N}";
        string data = import.Copy();
        await using FaultProxy proxy = await StoppedImport.StartProxyAsync();
        KillSwitch kill;
        await using (ServerProcess server = await StoppedImport.StartServerAsync(data, proxy, path))
        {
            kill = new KillSwitch(proxy, call => call.IsWrite, point.StepOf(import.StepsOfABackup), point.IsAfter);
            Task<ApiResponse> start = server.Client.PostAsync(Backups, """{"id":"b1"}""");
            bool isKilled = await kill.PullAsync(server, async () => start.IsCompleted && StoppedImport.HasEnded(await StoppedImport.StatusAsync(server.Client, $"{Backups}/b1")));
            Assert.True(isKilled || KillPoints.IsFull, "The operation ended before its point was reached.");
            output.WriteLine($"{(isKilled ? "killed" : "not killed")} {(point.IsAfter ? "after" : "before")} {kill.Held}");
        }

        await using ServerProcess restarted = await StoppedImport.StartServerAsync(data, proxy, path);
        string status = await StoppedImport.EndAsync(restarted.Client, $"{Backups}/b1");
        output.WriteLine($"ended as {status}; from the kill to the next transfer: {kill.Resumed?.TotalSeconds.ToString("F2") ?? "none"} s");

        if (status == "SUCCESS")
        {
            await AssertRestoresAsync(restarted.Client, "b1");
        }

        (await restarted.Client.PostAsync(Backups, """{"id":"b2"}""")).Expect(200);
        await restarted.Client.EndOfAsync($"{Backups}/b2", "SUCCESS");
        await AssertRestoresAsync(restarted.Client, "b2");
        await AssertRepositoryIsCleanAsync(path, status == "SUCCESS" ? ["b1", "b2"] : ["b2"]);
    }

    private async Task AssertRestoresAsync(ApiClient client, string id)
    {
        await StoppedImport.DropAsync(client);
        (await client.PostAsync($"{Backups}/{id}/restore", "{}")).Expect(200);
        await client.EndOfAsync($"{Backups}/{id}/restore", "SUCCESS");
        Assert.Equal(import.Objects, await StoppedImport.ReadAsync(client));
    }

    private static async Task AssertRepositoryIsCleanAsync(string path, string[] good)
    {
        RadosGateway gateway = await RadosGateway.SharedAsync;
        using var backend = new S3Backend(new S3BackendOptions
        {
            Endpoint = gateway.Endpoint,
            UseSsl = false,
            Bucket = gateway.Bucket,
            Path = path,
            Credentials = new S3Credentials(gateway.AccessKey, gateway.SecretKey),
        });
        using var repository = new BackupRepository(backend);
        await AssertNothingIsThereTwiceAsync(backend);
        await repository.CollectGarbageAsync(new GarbageCollectionOptions { MinimumAge = TimeSpan.Zero });
        await AssertNothingIsThereTwiceAsync(backend);
        GarbageCollectionReport nothing = await repository.CollectGarbageAsync(new GarbageCollectionOptions { MinimumAge = TimeSpan.Zero });
        Assert.Equal(0, nothing.Deleted);
        foreach (string id in good)
        {
            Assert.Empty((await repository.VerifyAsync(id, new VerificationOptions { Level = VerificationLevel.Full })).Problems);
        }
    }

    /// <summary>The name of an object of data is the identity of its content and one of its upload.</summary>
    private static async Task AssertNothingIsThereTwiceAsync(S3Backend backend)
    {
        string[] contents = [.. (await backend.ListAsync(".repo/data/").ToListAsync()).Select(entry => entry.Key[..entry.Key.LastIndexOf('-')])];

        Assert.NotEmpty(contents);
        Assert.Equal(contents.Distinct(), contents);
    }
}
