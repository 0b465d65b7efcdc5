using Basalt.Backup.Naming;
using Basalt.Backup.Tests.Support;
using Basalt.Engine;

namespace Basalt.Backup.Tests.Service;

/// <summary>Segments that the repository holds are not uploaded again, whichever database they are in.</summary>
public sealed class ReuseTests : DisposableTest
{
    private readonly Workbench _bench = new();
    private readonly Database _source;
    private readonly BackupService _service;

    public ReuseTests()
    {
        _source = _bench.OpenDatabase();
        _service = _bench.OpenService(_source);
        Contents.Fill(_source, "Book", 5_000, seed: 1);
        _source.FlushAsync().GetAwaiter().GetResult();
        Contents.Fill(_source, "Book", 5, seed: 3, first: 1_000);
        _source.CompactAsync().GetAwaiter().GetResult();
    }

    [Fact]
    public async Task Create_WhenNothingChanged_UploadsNothing()
    {
        BackupSummary first = await _service.CreateAsync(new BackupRequest("b1"));
        string[] data = await _bench.KeysAsync(RepositoryLayout.DataPrefix);

        BackupSummary second = await _service.CreateAsync(new BackupRequest("b2"));

        Assert.Equal((first.LogicalBytes, 0), (first.UploadedBytes, first.ReusedBytes));
        Assert.Equal((0, first.LogicalBytes), (second.UploadedBytes, second.ReusedBytes));
        Assert.Equal(data, await _bench.KeysAsync(RepositoryLayout.DataPrefix));
        Assert.DoesNotContain(await _bench.KeysAsync("b2/"), key => key.Contains("/pack-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Create_AfterASmallChange_UploadsTheChangeOnly()
    {
        BackupSummary first = await _service.CreateAsync(new BackupRequest("b1"));
        long stored = await StoredBytesAsync();
        Contents.Fill(_source, "Book", 50, seed: 2, first: 1_000);

        BackupSummary second = await _service.CreateAsync(new BackupRequest("b2"));

        Assert.Equal(first.LogicalBytes, second.ReusedBytes);
        Assert.InRange(second.UploadedBytes, 50 * 200, 50 * 200 * 2);
        Assert.Equal(second.LogicalBytes, second.UploadedBytes + second.ReusedBytes);
        Assert.InRange(await StoredBytesAsync() - stored, second.UploadedBytes, second.UploadedBytes + 1_000);
        await AssertRestoresAsync("b2", Contents.Read(_source));
    }

    [Fact]
    public async Task Create_OfARestoredDatabase_ReusesWhatTheFirstDatabaseUploaded()
    {
        BackupSummary first = await _service.CreateAsync(new BackupRequest("b1"));
        Database copy = _bench.OpenDatabase("copy");
        BackupService service = _bench.OpenService(copy);
        await service.RestoreAsync("b1");
        Contents.Fill(copy, "Book", 50, seed: 2, first: 1_000);

        BackupSummary second = await service.CreateAsync(new BackupRequest("b2"));

        Assert.NotEqual(_source.Id, copy.Id);
        Assert.Equal(first.LogicalBytes, second.ReusedBytes);
        Assert.InRange(second.UploadedBytes, 50 * 200, 50 * 200 * 2);
        await AssertRestoresAsync("b2", Contents.Read(copy));
    }

    [Fact]
    public async Task Create_WhenOneSegmentIsInTwoCollections_UploadsItOnce()
    {
        BackupSummary first = await _service.CreateAsync(new BackupRequest("b1"));
        Database copy = _bench.OpenDatabase("copy");
        BackupService service = _bench.OpenService(copy);
        await service.RestoreAsync("b1");
        await service.RestoreAsync(new RestoreRequest("b1") { Rename = new Dictionary<string, string> { ["Book"] = "Twin" } });
        await _service.DeleteAsync("b1");

        BackupSummary second = await service.CreateAsync(new BackupRequest("b2"));

        Assert.Equal((first.LogicalBytes, first.LogicalBytes), (second.UploadedBytes, second.ReusedBytes));
        await AssertRestoresAsync("b2", Contents.Read(copy));
    }

    [Fact]
    public async Task Create_WhenAnObjectIsGone_UploadsItAgain()
    {
        await _service.CreateAsync(new BackupRequest("b1"));
        string[] data = await _bench.KeysAsync(RepositoryLayout.DataPrefix);
        await _bench.Repository.DeleteAsync(data[0]);

        BackupSummary second = await _service.CreateAsync(new BackupRequest("b2"));

        Assert.InRange(second.UploadedBytes, 1, 128 << 10);
        Assert.DoesNotContain(data[0], await _bench.KeysAsync(RepositoryLayout.DataPrefix));
        await AssertRestoresAsync("b2", Contents.Read(_source));
    }

    [Fact]
    public async Task Create_WhenTheOtherBackupWasDeleted_UploadsEverythingUnderNewNames()
    {
        BackupSummary first = await _service.CreateAsync(new BackupRequest("b1"));
        string[] data = await _bench.KeysAsync(RepositoryLayout.DataPrefix);
        await _service.DeleteAsync("b1");

        BackupSummary second = await _service.CreateAsync(new BackupRequest("b2"));

        Assert.Equal(first.LogicalBytes, second.UploadedBytes);
        Assert.Equal(2 * data.Length, (await _bench.KeysAsync(RepositoryLayout.DataPrefix)).Length);
    }

    public override ValueTask DisposeAsync() => _bench.DisposeAsync();

    private async Task<long> StoredBytesAsync() =>
        (await _bench.Repository.ListAsync("").ToListAsync())
        .Where(entry => entry.Key.StartsWith(RepositoryLayout.DataPrefix, StringComparison.Ordinal) || entry.Key.Contains("/pack-", StringComparison.Ordinal))
        .Sum(entry => entry.Length);

    private async Task AssertRestoresAsync(string id, SortedDictionary<string, string> expected)
    {
        Database target = _bench.OpenDatabase("check");
        await _bench.OpenService(target).RestoreAsync(id);
        Assert.Equal(expected, Contents.Read(target));
    }
}
