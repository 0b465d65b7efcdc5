using Basalt.Backup.Naming;
using Basalt.Backup.Tests.Support;
using Basalt.Engine;
using Basalt.Tests.Support;

namespace Basalt.Backup.Tests.Service;

/// <summary>A restore that a crash interrupted: the next one downloads what is missing.</summary>
public sealed class InterruptedRestoreTests : DisposableTest
{
    private readonly Workbench _bench = new();
    private readonly TemporaryDirectory _crashed = new();
    private readonly List<string> _downloaded = [];

    [Fact]
    public async Task Restore_AfterACrash_DownloadsOnlyWhatIsMissing()
    {
        Database source = await MakeBackupAsync();
        int objects = (await _bench.KeysAsync(RepositoryLayout.DataPrefix)).Length;
        Assert.True(objects >= 4, "Too few to be interrupted between them.");
        await RestoreUntilAsync(downloads: 3);
        int before = _downloaded.Count;
        using Database target = Database.Open(_crashed["copy"]);
        await using BackupService service = _bench.OpenService(target);

        BackupSummary restored = await service.RestoreAsync("b1");

        Assert.Equal(Contents.Read(source), Contents.Read(target));
        Assert.InRange(restored.ReusedBytes, 1, restored.LogicalBytes - 1);
        Assert.Equal(objects - 2, _downloaded.Count - before);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(target.Path, "staging")));
    }

    [Fact]
    public async Task Restore_WithACompletionMark_MakesItInTheSameStep()
    {
        Database source = await MakeBackupAsync();
        using Database target = Database.Open(_crashed["copy"]);
        await using BackupService service = _bench.OpenService(target);

        await service.RestoreAsync(new RestoreRequest("b1") { CompletionMark = "restored-1" });

        Keyspace mark = target.FindKeyspace("restored-1")!;
        Assert.Equal(0, target.GetStatistics(mark).Segments);
        target.DropKeyspace(mark);
        Assert.Equal(Contents.Read(source), Contents.Read(target));
    }

    public override async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        _crashed.Dispose();
    }

    private async Task<Database> MakeBackupAsync()
    {
        Database source = _bench.OpenDatabase();
        Contents.Fill(source, "Book/s/objects", 3_000, seed: 1);
        await source.FlushAsync();
        Contents.Fill(source, "Book/s/objects", 5, seed: 2, first: 500);
        await source.CompactAsync();
        await _bench.OpenService(source).CreateAsync(new BackupRequest("b1"));
        return source;
    }

    /// <summary>Restores until some objects were asked for, and copies the directory as it is then, as a kill would leave it.</summary>
    private async Task RestoreUntilAsync(int downloads)
    {
        var gate = new Gate();
        _bench.Backend.BeforeOpen = async key =>
        {
            if (key.StartsWith(RepositoryLayout.DataPrefix, StringComparison.Ordinal))
            {
                int count;
                lock (_downloaded)
                {
                    _downloaded.Add(key);
                    count = _downloaded.Count;
                }

                if (count == downloads)
                {
                    await gate.PassAsync();
                }
            }
        };
        Database database = _bench.OpenDatabase("interrupted");
        BackupJob job = await _bench.OpenService(database, Workbench.BackupOptions with { Parallelism = 1 }).StartRestoreAsync("b1");
        await gate.Reached;
        CrashCopy.Make(database.Path, _crashed["copy"]);
        gate.Open();
        await job.Completion;
        _downloaded.RemoveRange(downloads, _downloaded.Count - downloads);
    }
}
