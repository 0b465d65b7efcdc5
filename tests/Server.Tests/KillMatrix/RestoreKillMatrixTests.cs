using Basalt.Backup.Tests.Support.Faults;
using Basalt.Server.Tests.Backups;
using Basalt.Server.Tests.Support;
using Xunit.Abstractions;

namespace Basalt.Server.Tests.KillMatrix;

/// <summary>The server is killed at each request of a restore from a real S3 server, in front of and behind it.</summary>
[Collection(nameof(StoppedImportCollection))]
public sealed class RestoreKillMatrixTests(StoppedImport import, ITestOutputHelper output)
{
    /// <summary>As many as a backup service has at most, unless it is told.</summary>
    private const int TransfersAtATime = 4;

    private const string Restore = "/v1/backups/s3/good/restore";

    [Theory]
    [MemberData(nameof(KillPoints.Requests), MemberType = typeof(KillPoints), DisableDiscoveryEnumeration = true)]
    public async Task Restore_WhenTheServerIsKilled_GoesOnOrWasNeverBegun(KillPoint point)
    {
        if (point.StepOf(import.StepsOfARestore) >= import.StepsOfARestore)
        {
            return;
        }

        string data = import.Copy();
        await using FaultProxy proxy = await StoppedImport.StartProxyAsync();
        KillSwitch kill;
        await using (ServerProcess server = await StoppedImport.StartServerAsync(data, proxy, import.GoodPath))
        {
            await StoppedImport.DropAsync(server.Client);
            kill = new KillSwitch(proxy, StoppedImport.IsStepOfARestore, point.StepOf(import.StepsOfARestore), point.IsAfter);
            Task<ApiResponse> start = server.Client.PostAsync(Restore, "{}");
            bool isKilled = await kill.PullAsync(server, async () => start.IsCompleted && StoppedImport.HasEnded(await StoppedImport.StatusAsync(server.Client, Restore)));
            Assert.True(isKilled || KillPoints.IsFull, "The operation ended before its point was reached.");
            output.WriteLine($"{(isKilled ? "killed" : "not killed")} {(point.IsAfter ? "after" : "before")} {kill.Held}");
        }

        await using ServerProcess restarted = await StoppedImport.StartServerAsync(data, proxy, import.GoodPath);
        string status = await StoppedImport.EndAsync(restarted.Client, Restore);
        output.WriteLine($"ended as {status}; from the kill to the next transfer: {kill.Resumed?.TotalSeconds.ToString("F2") ?? "none"} s");

        if (status != "SUCCESS")
        {
            // The request had not been accepted yet.
            Assert.Equal("ABSENT", status);
            Assert.Equal(404, (await restarted.Client.GetAsync("/v1/schema/Book")).Status);
            (await restarted.Client.PostAsync(Restore, "{}")).Expect(200);
            await restarted.Client.EndOfAsync(Restore, "SUCCESS");
        }

        Assert.Equal(import.Objects, await StoppedImport.ReadAsync(restarted.Client));
        int again = kill.Downloads.Values.Sum(count => count - 1);
        Assert.True(again <= TransfersAtATime, $"{again} objects were downloaded again; only those in transfer at the kill may be.");
        Assert.False(Directory.Exists(Path.Combine(data, "staging")) && Directory.EnumerateFileSystemEntries(Path.Combine(data, "staging")).Any());
    }
}
