using System.Globalization;
using Basalt.Call.Tracer;
using Basalt.Server.Tests.Backups;
using Basalt.Server.Tests.Support;
using Basalt.Tests.Support;

namespace Basalt.Server.Tests.KillMatrix;

/// <summary>
/// Data directories of stopped servers, one before a backup and one before a restore, to be copied for each point. How many calls of the system an
/// operation makes is counted once, in a copy where nobody disturbs it.
/// </summary>
public sealed class StoppedDirectories : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private int _copies;

    /// <summary>The objects of the class; null where calls cannot be traced.</summary>
    public SortedDictionary<string, string>? Objects { get; private set; }

    internal TracedOperation Backup { get; private set; } = new("to-back-up", "link", BackupClient.Location, """{"id":"b1"}""", $"{BackupClient.Location}/b1");

    internal TracedOperation Restore { get; private set; } = new("to-restore", "rename", $"{BackupClient.Location}/b1/restore", "{}", $"{BackupClient.Location}/b1/restore");

    public async Task InitializeAsync()
    {
        if (!SystemCall.IsSupported)
        {
            return;
        }

        await using (ServerProcess server = await ServerProcess.StartAsync(_directory[Backup.Template]))
        {
            await server.Client.CreateClassAsync("Book", 300);
            Objects = await server.Client.ReadObjectsAsync("Book");
            server.Terminate();
            await server.ExitAsync();
        }

        Copy(Backup.Template, Restore.Template);
        await using (ServerProcess server = await ServerProcess.StartAsync(_directory[Restore.Template]))
        {
            await server.Client.BackUpAsync("b1");
            await server.Client.DeleteAsync("/v1/schema/Book");
            server.Terminate();
            await server.ExitAsync();
        }

        Backup = await CountAsync(Backup);
        Restore = await CountAsync(Restore);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _directory.Dispose();

    /// <summary>A copy of the data directory of an operation, with its backups beside it.</summary>
    internal string Copy(TracedOperation operation)
    {
        string copy = string.Create(CultureInfo.InvariantCulture, $"copy-{Interlocked.Increment(ref _copies)}");
        Copy(operation.Template, copy);
        return _directory[copy];
    }

    private async Task<TracedOperation> CountAsync(TracedOperation operation)
    {
        (bool isKilled, long before, long calls) = await operation.RunAsync(Copy(operation), fatal: 0);
        Assert.False(isKilled);
        Assert.True(calls > 0, $"No {operation.Call} was called.");
        return operation with { Before = before, Calls = (int)calls };
    }

    private void Copy(string from, string to)
    {
        foreach (string suffix in (string[])["", "-backups"])
        {
            string source = _directory[from + suffix];
            string target = _directory[to + suffix];
            Directory.CreateDirectory(target);
            foreach (string entry in Directory.Exists(source) ? Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories) : [])
            {
                string file = Path.Combine(target, Path.GetRelativePath(source, entry));
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.Copy(entry, file);
            }
        }
    }
}
