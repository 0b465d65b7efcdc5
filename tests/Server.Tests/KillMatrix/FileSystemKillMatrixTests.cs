using Basalt.Backup;
using Basalt.Server.Tests.Backups;
using Basalt.Server.Tests.Support;
using Xunit.Abstractions;

namespace Basalt.Server.Tests.KillMatrix;

/// <summary>
/// The server is killed before the n-th call of the system that makes a part of a backup or restore visible: <c>link</c> publishes an object of a
/// repository on a file system, <c>rename</c> completes a segment of a restore. How many there are is counted in an operation that nobody disturbs.
/// </summary>
public sealed class FileSystemKillMatrixTests(StoppedDirectories stopped, ITestOutputHelper output) : IClassFixture<StoppedDirectories>
{
    private static readonly string Backups = BackupClient.Location;

    [Theory]
    [MemberData(nameof(KillPoints.Calls), MemberType = typeof(KillPoints), DisableDiscoveryEnumeration = true)]
    public async Task Backup_WhenTheServerIsKilledAtALink_EndsAndTheNextOneIsGood(KillPoint point)
    {
        if (await KillAsync(stopped.Backup, point) is not { } data)
        {
            return;
        }

        await using ServerProcess restarted = await ServerProcess.StartAsync(data);
        string status = await StoppedImport.EndAsync(restarted.Client, $"{Backups}/b1");
        output.WriteLine($"ended as {status}");
        string id = status == "SUCCESS" ? "b1" : "b2";
        if (status != "SUCCESS")
        {
            await restarted.Client.BackUpAsync(id);
        }

        await restarted.Client.DeleteAsync("/v1/schema/Book");
        await restarted.Client.RestoreAsync(id);
        Assert.Equal(stopped.Objects!, await restarted.Client.ReadObjectsAsync("Book"));
        using var repository = new BackupRepository(new FileSystemBackend($"{data}-backups"));
        await repository.CollectGarbageAsync(new GarbageCollectionOptions { MinimumAge = TimeSpan.Zero });
        Assert.Empty((await repository.VerifyAsync(id, new VerificationOptions { Level = VerificationLevel.Full })).Problems);
    }

    [Theory]
    [MemberData(nameof(KillPoints.Calls), MemberType = typeof(KillPoints), DisableDiscoveryEnumeration = true)]
    public async Task Restore_WhenTheServerIsKilledAtARename_GoesOn(KillPoint point)
    {
        if (await KillAsync(stopped.Restore, point) is not { } data)
        {
            return;
        }

        await using ServerProcess restarted = await ServerProcess.StartAsync(data);
        string status = await StoppedImport.EndAsync(restarted.Client, $"{Backups}/b1/restore");
        output.WriteLine($"ended as {status}");
        if (status == "ABSENT")
        {
            await restarted.Client.RestoreAsync("b1");
        }

        Assert.Equal(stopped.Objects!, await restarted.Client.ReadObjectsAsync("Book"));
    }

    /// <summary>Runs an operation where one of its calls is fatal, which it must be in the short form.</summary>
    /// <returns>The data directory; null if there are fewer calls than the point wants, or calls cannot be traced.</returns>
    private async Task<string?> KillAsync(TracedOperation operation, KillPoint point)
    {
        if (stopped.Objects is null)
        {
            output.WriteLine("Calls are traced on Linux on x64 only.");
            return null;
        }

        int step = point.StepOf(operation.Calls);
        if (step >= operation.Calls)
        {
            return null;
        }

        string data = stopped.Copy(operation);
        (bool isKilled, _, _) = await operation.RunAsync(data, operation.Before + 1 + step);
        output.WriteLine($"{operation.Call} {operation.Before} + {step + 1} of {operation.Calls}: {(isKilled ? "killed" : "not killed")}");
        Assert.True(isKilled || KillPoints.IsFull, "The operation ended before its point was reached.");
        return data;
    }
}
