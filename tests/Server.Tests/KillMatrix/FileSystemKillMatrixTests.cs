using System.Globalization;
using Basalt.Backup;
using Basalt.Call.Tracer;
using Basalt.Server.Tests.Backups;
using Basalt.Server.Tests.Support;
using Basalt.Tests.Support;
using Xunit.Abstractions;

namespace Basalt.Server.Tests.KillMatrix;

/// <summary>
/// The server is killed before the n-th call of the system that makes a part of a backup or restore visible: <c>link</c> publishes an object of a
/// repository on a file system, <c>rename</c> completes a segment of a restore. How many there are is counted in an operation that nobody disturbs.
/// </summary>
public sealed class FileSystemKillMatrixTests(ITestOutputHelper output) : IDisposable
{
    private static readonly string Backups = BackupClient.Location;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(KillPoints.Calls), MemberType = typeof(KillPoints), DisableDiscoveryEnumeration = true)]
    public async Task Backup_WhenTheServerIsKilledAtALink_EndsAndTheNextOneIsGood(KillPoint point)
    {
        if (await ImportAsync() is not { } objects || await KillAsync(point, "link", "/b1", """{"id":"b1"}""") is not { } isKilled)
        {
            return;
        }

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
        if (await ImportAsync() is not { } objects)
        {
            return;
        }

        await using (ServerProcess server = await ServerProcess.StartAsync(_directory["data"]))
        {
            await server.Client.BackUpAsync("b1");
            await server.Client.DeleteAsync("/v1/schema/Book");
            server.Terminate();
            await server.ExitAsync();
        }

        if (await KillAsync(point, "rename", "/b1/restore", "{}") is not { } isKilled)
        {
            return;
        }

        await using ServerProcess restarted = await ServerProcess.StartAsync(_directory["data"]);
        string status = await StoppedImport.EndAsync(restarted.Client, $"{Backups}/b1/restore");
        output.WriteLine($"{(isKilled ? "killed" : "not killed")}, ended as {status}");
        if (status == "ABSENT")
        {
            await restarted.Client.RestoreAsync("b1");
        }

        Assert.Equal(objects, await restarted.Client.ReadObjectsAsync("Book"));
    }

    /// <returns>The objects; null where calls cannot be traced.</returns>
    private async Task<SortedDictionary<string, string>?> ImportAsync()
    {
        if (!SystemCall.IsSupported)
        {
            output.WriteLine("Calls are traced on Linux on x64 only.");
            return null;
        }

        await using ServerProcess server = await ServerProcess.StartAsync(_directory["data"]);
        await server.Client.CreateClassAsync("Book", 300);
        SortedDictionary<string, string> objects = await server.Client.ReadObjectsAsync("Book");
        server.Terminate();
        await server.ExitAsync();
        return objects;
    }

    /// <summary>Counts the calls of an operation on a copy of everything, then runs it where one of them is fatal.</summary>
    /// <returns>Whether the server was killed, which it must be in the short form; null if there are fewer calls than the point wants.</returns>
    private async Task<bool?> KillAsync(KillPoint point, string call, string path, string body)
    {
        Copy("data", "counted");
        Copy("data-backups", "counted-backups");
        (bool isKilled, long before, long calls) = await RunAsync("counted", call, 0, path, body);
        Assert.False(isKilled);
        Assert.True(calls > 0, $"No {call} was called.");
        int step = point.StepOf((int)calls);
        if (step >= calls)
        {
            return null;
        }

        (isKilled, _, _) = await RunAsync("data", call, before + 1 + step, path, body);
        output.WriteLine($"{call} {before} + {step + 1} of {calls}: {(isKilled ? "killed" : "not killed")}");
        Assert.True(isKilled || KillPoints.IsFull, "The operation ended before its point was reached.");
        return isKilled;
    }

    private void Copy(string from, string to)
    {
        string source = _directory[from];
        Directory.CreateDirectory(_directory[to]);
        foreach (string entry in Directory.Exists(source) ? Directory.EnumerateFileSystemEntries(source, "*", SearchOption.AllDirectories) : [])
        {
            string target = Path.Combine(_directory[to], Path.GetRelativePath(source, entry));
            if (Directory.Exists(entry))
            {
                Directory.CreateDirectory(target);
            }
            else
            {
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(entry, target);
            }
        }
    }

    /// <summary>Runs a server that is killed before the n-th of some calls, and asks it for an operation.</summary>
    /// <returns>Whether it was killed; how many such calls came before the operation, and how many in it.</returns>
    private async Task<(bool IsKilled, long Before, long Calls)> RunAsync(string data, string call, long fatal, string path, string body)
    {
        string count = _directory[$"{data}.count"];
        await using ServerProcess server = await ServerProcess.StartAsync(
            _directory[data],
            environment: null,
            "dotnet", typeof(CallTracer).Assembly.Location, call, fatal.ToString(CultureInfo.InvariantCulture), count);
        long before = CountFile.Read(count);
        try
        {
            string target = path.EndsWith("/restore", StringComparison.Ordinal) ? Backups + path : Backups;
            (await server.Client.PostAsync(target, body)).Expect(200);
            await StoppedImport.EndAsync(server.Client, Backups + path);
            return (false, before, CountFile.Read(count) - before);
        }
        catch (HttpRequestException)
        {
            // It is gone.
            return (true, before, 0);
        }
    }
}
