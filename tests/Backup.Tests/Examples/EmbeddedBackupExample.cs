using System.Text;
using Basalt.Engine;
using Basalt.Tests.Support;

namespace Basalt.Backup.Tests.Examples;

/// <summary>The program that the README shows, run as it stands there between the marks.</summary>
public sealed class EmbeddedBackupExample : IDisposable
{
    /// <summary>Stands in for the console in the program below.</summary>
    private StringWriter Console { get; } = new();

    [Fact]
    public async Task Program_WhenRun_ShowsWhatTheReadmeSays()
    {
        using var folder = new TemporaryDirectory();

        await MainAsync([folder.Path]);

        string[] lines = Console.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Matches("^Tuesday: [0-9]+ bytes, [1-9][0-9]* of them were there already$", lines[0]);
        Assert.Equal("Restored: Call me Ishmael.", lines[1]);
    }

    public void Dispose() => Console.Dispose();

    private async Task MainAsync(string[] args)
    {
        // <readme>
        await using Database database = Database.Open(Path.Combine(args[0], "data"));
        Keyspace books = database.GetOrCreateKeyspace("books");
        var batch = new WriteBatch();
        for (int i = 0; i < 50_000; i++)
        {
            batch.Put(books, Encoding.UTF8.GetBytes($"isbn-{i}"), Encoding.UTF8.GetBytes($"Book number {i}"));
        }

        database.Write(batch); // atomic, and on stable storage when it returns

        await using var backups = new BackupService(database, new FileSystemBackend(Path.Combine(args[0], "backups")));
        await backups.CreateAsync(new BackupRequest("monday")); // online: writers go on

        database.Put(books, "isbn-7"u8, "Call me Ishmael."u8);
        BackupSummary tuesday = await backups.CreateAsync(new BackupRequest("tuesday"));
        Console.WriteLine($"Tuesday: {tuesday.LogicalBytes} bytes, {tuesday.ReusedBytes} of them were there already");

        database.DropKeyspace(books);
        await backups.RestoreAsync("tuesday"); // all or nothing, each byte verified
        books = database.FindKeyspace("books")!;
        Console.WriteLine($"Restored: {Encoding.UTF8.GetString(database.Get(books, "isbn-7"u8)!)}");
        // </readme>
    }
}
