using Basalt.Backup.Naming;
using Basalt.Backup.Tests.Support;
using Basalt.Engine;

namespace Basalt.Backup.Tests.Service;

/// <summary>A backup holds the state of one instant, whatever happens to the database while it is made.</summary>
public sealed class CutTests : DisposableTest
{
    private readonly Workbench _bench = new();
    private readonly Database _source;
    private readonly BackupService _service;

    public CutTests()
    {
        _source = _bench.OpenDatabase(options: Workbench.DatabaseOptions with { MemtableBytes = 64 << 10, Level0CompactionTrigger = 2 });
        _service = _bench.OpenService(_source);
        Contents.Fill(_source, "Book/s/objects", 1_000, seed: 1);
        Contents.Fill(_source, "Author", 100, seed: 2);
    }

    [Fact]
    public async Task Create_WhileTheDatabaseIsWrittenAndCompacted_HoldsTheCut()
    {
        SortedDictionary<string, string> cut = Contents.Read(_source);

        BackupJob job = await DuringUploadAsync(async () =>
        {
            for (int round = 0; round < 3; round++)
            {
                Contents.Fill(_source, "Book/s/objects", 1_000, seed: 10 + round, first: 500 * round);
                Contents.Fill(_source, "Author", 100, seed: 20 + round);
                await _source.CompactAsync();
            }

            Contents.Fill(_source, "Later", 10, seed: 3);
        });

        Assert.Equal(["Author", "Book"], (await job.Completion).Collections.AsEnumerable());
        Database target = _bench.OpenDatabase("target");
        await _bench.OpenService(target).RestoreAsync("b1");
        Assert.Equal(cut, Contents.Read(target));
    }

    [Fact]
    public async Task Create_WhenACollectionIsDroppedMeanwhile_StillHoldsIt()
    {
        SortedDictionary<string, string> cut = Contents.Read(_source);

        BackupJob job = await DuringUploadAsync(async () =>
        {
            _source.DropKeyspace(_source.FindKeyspace("Book/s/objects")!);
            await _source.CompactAsync();
        });
        await job.Completion;

        await _service.RestoreAsync(new RestoreRequest("b1") { Include = ["Book"] });
        Assert.Equal(cut, Contents.Read(_source));
        Assert.Empty(_source.Leases);
    }

    [Fact]
    public async Task Create_WhenACollectionIsDroppedBeforeTheCut_FailsAndNamesIt()
    {
        _bench.Backend.AfterPut = key =>
        {
            if (key.StartsWith("b1/claim-", StringComparison.Ordinal))
            {
                _source.DropKeyspace(_source.FindKeyspace("Author")!);
            }

            return Task.CompletedTask;
        };

        var failure = await Assert.ThrowsAsync<BackupException>(() => _service.CreateAsync(new BackupRequest("b1")));

        Assert.Equal(BackupError.CollectionNotFound, failure.Error);
        Assert.Contains("'Author'", failure.Message, StringComparison.Ordinal);
        Assert.Equal(BackupState.Failed, (await _service.GetStatusAsync("b1"))!.State);
        Assert.Empty(_source.Leases);
    }

    [Fact]
    public async Task Create_WhenAShardIsAddedBeforeTheCut_HoldsIt()
    {
        _bench.Backend.AfterPut = key =>
        {
            if (key.StartsWith("b1/claim-", StringComparison.Ordinal))
            {
                Contents.Fill(_source, "Book/s2/objects", 10, seed: 3);
            }

            return Task.CompletedTask;
        };

        await _service.CreateAsync(new BackupRequest("b1"));

        Database target = _bench.OpenDatabase("target");
        await _bench.OpenService(target).RestoreAsync("b1");
        Assert.Equal(Contents.Read(_source), Contents.Read(target));
    }

    public override ValueTask DisposeAsync() => _bench.DisposeAsync();

    /// <summary>Starts a backup, acts when its first upload is on its way, and lets it go on.</summary>
    private async Task<BackupJob> DuringUploadAsync(Func<Task> act)
    {
        var gate = new Gate();
        _bench.Backend.BeforePut = key => key.StartsWith(RepositoryLayout.DataPrefix, StringComparison.Ordinal) ? gate.PassAsync() : Task.CompletedTask;
        BackupJob job = await _service.StartCreateAsync(new BackupRequest("b1"));
        await gate.Reached;
        await act();
        gate.Open();
        return job;
    }
}
