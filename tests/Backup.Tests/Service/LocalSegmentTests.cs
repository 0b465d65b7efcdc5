using Basalt.Backup.Naming;
using Basalt.Backup.Restoring;
using Basalt.Backup.Tests.Support;
using Basalt.Engine;

namespace Basalt.Backup.Tests.Service;

/// <summary>What the database has already is not downloaded again.</summary>
public sealed class LocalSegmentTests : DisposableTest
{
    private readonly Workbench _bench = new();
    private readonly Database _source;
    private readonly BackupService _service;
    private readonly List<string> _downloaded = [];

    public LocalSegmentTests()
    {
        _source = _bench.OpenDatabase();
        _service = _bench.OpenService(_source);
        Contents.Fill(_source, "Book", 2_000, seed: 1);
        _source.FlushAsync().GetAwaiter().GetResult();
        _service.CreateAsync(new BackupRequest("b1")).GetAwaiter().GetResult();
        _bench.Backend.BeforeOpen = key =>
        {
            if (key.StartsWith(RepositoryLayout.DataPrefix, StringComparison.Ordinal))
            {
                lock (_downloaded)
                {
                    _downloaded.Add(key);
                }
            }

            return Task.CompletedTask;
        };
    }

    [Fact]
    public async Task Restore_UnderAnotherNameBesideTheOriginal_DownloadsNothing()
    {
        BackupSummary restored = await _service.RestoreAsync(Twin());

        Assert.Empty(_downloaded);
        Assert.Equal(restored.LogicalBytes, restored.ReusedBytes);
        Assert.Empty(_source.Leases);
        AssertTwinIsBook();
    }

    [Fact]
    public async Task Restore_WhenTheSegmentHereIsDamaged_DownloadsIt()
    {
        foreach (string file in Directory.GetFiles(_source.Path, "*.seg"))
        {
            using FileStream bytes = File.Open(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            bytes.Position = bytes.Length / 3;
            int old = bytes.ReadByte();
            bytes.Position--;
            bytes.WriteByte((byte)(old ^ 1));
        }

        BackupSummary restored = await _service.RestoreAsync(Twin());

        Assert.NotEmpty(_downloaded);
        Assert.InRange(restored.ReusedBytes, 0, restored.LogicalBytes - 1);
        Database other = _bench.OpenDatabase("other");
        await _bench.OpenService(other).RestoreAsync("b1");
        Assert.Equal(Values(other, "Book"), Values(_source, "Twin"));
    }

    [Fact]
    public async Task Recover_WhenARestoreWasCutOffByACrash_ReleasesItsLease()
    {
        SnapshotHandle left = await _source.CreateSnapshotAsync(new SnapshotOptions { Owner = LocalSegments.OwnerPrefix + "b1/01m8ae7z2s3" });
        left.Detach();

        await _service.RecoverAsync();

        Assert.Empty(_source.Leases);
    }

    [Fact]
    public async Task Recover_WhenARestoreRuns_LeavesItsLease()
    {
        Database other = _bench.OpenDatabase("other");
        Contents.Fill(other, "Something", 10, seed: 2);
        var mayRead = new TaskCompletionSource();
        var isReading = new TaskCompletionSource();
        _bench.Backend.BeforeOpen = key =>
        {
            if (!key.StartsWith(RepositoryLayout.DataPrefix, StringComparison.Ordinal))
            {
                return Task.CompletedTask;
            }

            isReading.TrySetResult();
            return mayRead.Task;
        };
        BackupJob restore = await _bench.OpenService(other).StartRestoreAsync("b1");
        await isReading.Task;

        await _bench.OpenService(other).RecoverAsync();

        Assert.Single(other.Leases);
        mayRead.SetResult();
        await restore.Completion;
        Assert.Empty(other.Leases);
    }

    public override ValueTask DisposeAsync() => _bench.DisposeAsync();

    private static RestoreRequest Twin() => new("b1") { Rename = new Dictionary<string, string> { ["Book"] = "Twin" } };

    private void AssertTwinIsBook() => Assert.Equal(Values(_source, "Book"), Values(_source, "Twin"));

    private static string[] Values(Database database, string keyspace) =>
        [.. Contents.Read(database, name => name == keyspace).Select(pair => pair.Key.Replace(keyspace, "", StringComparison.Ordinal) + pair.Value)];
}
