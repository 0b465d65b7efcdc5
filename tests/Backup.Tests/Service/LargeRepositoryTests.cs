using Basalt.Backup.Naming;
using Basalt.Backup.Tests.Support;
using Basalt.Engine;

namespace Basalt.Backup.Tests.Service;

/// <summary>In a repository with too many extents to list them all, a node asks for those that it needs.</summary>
public sealed class LargeRepositoryTests : DisposableTest
{
    private static readonly BackupOptions Options = Workbench.BackupOptions with { ListedExtents = (0, 0), Parallelism = 1 };

    private readonly Workbench _bench = new();
    private readonly Database _source;
    private readonly BackupService _service;

    public LargeRepositoryTests()
    {
        _source = _bench.OpenDatabase();
        _service = _bench.OpenService(_source, Options);
        Contents.Fill(_source, "Book", 2_000, seed: 1);
        _source.FlushAsync().GetAwaiter().GetResult();
        Contents.Fill(_source, "Book", 5, seed: 3, first: 1_000);
        _source.CompactAsync().GetAwaiter().GetResult();
    }

    [Fact]
    public async Task Create_WhenNothingChanged_UploadsNothing()
    {
        BackupSummary first = await _service.CreateAsync(new BackupRequest("b1"));

        BackupSummary second = await _service.CreateAsync(new BackupRequest("b2"));

        Assert.Equal((0, first.LogicalBytes), (second.UploadedBytes, second.ReusedBytes));
    }

    [Fact]
    public async Task Create_WhenAnExtentIsGoneAndAnotherDamaged_UploadsThemAgain()
    {
        await _service.CreateAsync(new BackupRequest("b1"));
        string[] data = await _bench.KeysAsync(RepositoryLayout.DataPrefix);
        await _bench.Repository.DeleteAsync(data[0]);
        byte[] bytes = await File.ReadAllBytesAsync(_bench.Repository.Location(data[1]));
        await File.WriteAllBytesAsync(_bench.Repository.Location(data[1]), bytes[..^1]);

        await _service.CreateAsync(new BackupRequest("b2"));

        Assert.Equal(data.Length + 1, (await _bench.KeysAsync(RepositoryLayout.DataPrefix)).Length);
        await AssertRestoresAsync("b2");
    }

    [Fact]
    public async Task Recover_AfterAnInterruption_FindsItsUploadsByItsJournal()
    {
        var gate = new Gate();
        int seen = 0;
        _bench.Backend.BeforePut = key =>
            key.StartsWith(RepositoryLayout.DataPrefix, StringComparison.Ordinal) && Interlocked.Increment(ref seen) > 2
                ? gate.PassAsync()
                : Task.CompletedTask;
        BackupJob job = await _service.StartCreateAsync(new BackupRequest("b1"));
        await gate.Reached;
        Task disposal = _service.DisposeAsync().AsTask();
        gate.Open();
        await disposal;
        await Assert.ThrowsAsync<BackupException>(() => job.Completion);
        string[] uploaded = await _bench.KeysAsync(RepositoryLayout.DataPrefix);
        Assert.NotEmpty(uploaded);

        BackupJob resumed = (await _bench.OpenService(_source, Options).RecoverAsync())!;
        BackupSummary summary = await resumed.Completion;

        string[] data = await _bench.KeysAsync(RepositoryLayout.DataPrefix);
        Assert.Empty(uploaded.Except(data));
        Assert.Equal(data.Length, data.DistinctBy(key => key[..key.LastIndexOf('-')]).Count());
        Assert.Equal(summary.LogicalBytes, summary.UploadedBytes);
        await AssertRestoresAsync("b1");
    }

    public override ValueTask DisposeAsync() => _bench.DisposeAsync();

    private async Task AssertRestoresAsync(string id)
    {
        Database target = _bench.OpenDatabase("target");
        await _bench.OpenService(target, backend: _bench.Repository).RestoreAsync(id);
        Assert.Equal(Contents.Read(_source), Contents.Read(target));
    }
}
