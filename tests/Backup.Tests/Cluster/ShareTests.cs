using Basalt.Backup.Naming;
using Basalt.Backup.Tests.Support;
using Basalt.Engine;
using Basalt.Tests.Support;

namespace Basalt.Backup.Tests.Cluster;

/// <summary>Backups that several nodes make together.</summary>
public sealed class ShareTests : DisposableTest
{
    private readonly ClusterBench _cluster = new();

    public ShareTests()
    {
        _cluster.AddNode("n1", "s1", "s4");
        _cluster.AddNode("n2", "s2");
        _cluster.AddNode("n3", "s3");
    }

    [Fact]
    public async Task Create_ByThreeNodes_IsOneBackupOfAll()
    {
        BackupSummary summary = await _cluster.CreateAsync("b1");

        Assert.Equal((BackupState.Success, true), (summary.State, summary.IsCausal));
        Assert.Equal("n1 n2 n3", string.Join(' ', summary.Participants));
        Assert.Equal("Book", string.Join(' ', summary.Collections));
        Assert.Equal(summary.Root, (await _cluster.Repository.FindAsync("b1"))!.Root);
        Assert.All(_cluster.Nodes, node => Assert.Empty(_cluster.DatabaseOf(node).Leases));
        Assert.Empty(await _cluster.Bench.KeysAsync(RepositoryLayout.WorkPrefix));
    }

    [Fact]
    public async Task Create_WhereNodesCutByThemselves_IsConsistentForEachNode() => Assert.False((await _cluster.CreateAsync("b1", instant: null)).IsCausal);

    [Fact]
    public async Task Create_WhenANodeHasNothingOfTheCollections_HasAnEmptyShareOfIt()
    {
        _cluster.Open("n4", "n4");

        BackupSummary summary = await _cluster.CreateAsync("b1");

        Assert.Equal(4, summary.Participants.Length);
        Assert.DoesNotContain((await _cluster.Repository.ReadContentsAsync("b1")).Shards, shard => shard.Node == "n4");
    }

    [Fact]
    public async Task Commit_WithoutTheShareOfANode_IsRefusedAndNamesIt()
    {
        BackupTicket ticket = await _cluster.ClaimAsync("b1");
        StoredShare[] stored = [await StoreAsync("n1", ticket), await StoreAsync("n3", ticket)];

        BackupException refused = await Assert.ThrowsAsync<BackupException>(() => _cluster.Repository.CommitAsync(ticket, stored));

        Assert.Equal(BackupError.InvalidRequest, refused.Error);
        Assert.Contains("'n2'", refused.Message, StringComparison.Ordinal);
        Assert.Equal(BackupState.Started, (await _cluster.Repository.FindAsync("b1"))!.State);
    }

    [Fact]
    public async Task Commit_WhenAnObjectOfAShareIsGone_IsRefusedAndNamesIt()
    {
        BackupTicket ticket = await _cluster.ClaimAsync("b1");
        List<StoredShare> stored = [];
        foreach (string node in _cluster.Nodes)
        {
            stored.Add(await StoreAsync(node, ticket));
        }

        string pack = (await _cluster.Bench.KeysAsync("b1/0001/n2/pack-"))[0];
        await _cluster.Bench.Repository.DeleteAsync(pack);

        BackupException refused = await Assert.ThrowsAsync<BackupException>(() => _cluster.Repository.CommitAsync(ticket, stored));

        Assert.Equal((BackupError.Corrupted, pack), (refused.Error, refused.ObjectKey));
    }

    [Fact]
    public async Task Commit_WhenNodesCutAtDifferentInstants_IsRefused()
    {
        BackupTicket ticket = await _cluster.ClaimAsync("b1");
        StoredShare[] stored = [await StoreAsync("n1", ticket, 5), await StoreAsync("n2", ticket, 6), await StoreAsync("n3", ticket, 5)];

        BackupException refused = await Assert.ThrowsAsync<BackupException>(() => _cluster.Repository.CommitAsync(ticket, stored));

        Assert.Contains("instant 6", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commit_WhenTwoNodesHoldOneShard_IsRefused()
    {
        _cluster.AddNode("n4", "s2");

        BackupException refused = await Assert.ThrowsAsync<BackupException>(() => _cluster.CreateAsync("b1"));

        Assert.Equal(BackupError.Corrupted, refused.Error);
        Assert.Contains("Book/s2/", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commit_Repeated_ReturnsWhatWasCommitted()
    {
        BackupTicket ticket = await _cluster.ClaimAsync("b1");
        List<StoredShare> stored = [];
        foreach (string node in _cluster.Nodes)
        {
            stored.Add(await StoreAsync(node, ticket));
        }

        BackupSummary first = await _cluster.Repository.CommitAsync(ticket, stored);
        BackupSummary second = await _cluster.Repository.CommitAsync(ticket, stored);

        Assert.Equal((first.Root, first.CompletedAt), (second.Root, second.CompletedAt));
        Assert.Equal(BackupState.Success, await _cluster.Repository.FailAsync(ticket, "too late"));
    }

    [Fact]
    public async Task Commit_AfterACancel_IsRefused()
    {
        BackupTicket ticket = await _cluster.ClaimAsync("b1");
        List<StoredShare> stored = [];
        foreach (string node in _cluster.Nodes)
        {
            stored.Add(await StoreAsync(node, ticket));
        }

        Assert.Equal(BackupState.Canceled, await _cluster.Repository.CancelAsync(ticket));

        Assert.Equal(BackupError.Canceled, (await Assert.ThrowsAsync<BackupException>(() => _cluster.Repository.CommitAsync(ticket, stored))).Error);
        Assert.Equal(BackupState.Canceled, await _cluster.Repository.FailAsync(ticket, "later"));
    }

    [Fact]
    public async Task Claim_RepeatedByTheSameOperation_ReturnsTheSameTicket()
    {
        var operation = Guid.CreateVersion7();
        BackupTicket first = await _cluster.ClaimAsync("b1", operation);

        BackupTicket second = await _cluster.ClaimAsync("b1", operation);

        Assert.Equal((first.Attempt, first.AttemptUlid), (second.Attempt, second.AttemptUlid));
        Assert.Equal(
            BackupError.AlreadyExists, (await Assert.ThrowsAsync<BackupException>(() => _cluster.ClaimAsync("b1"))).Error);
    }

    [Fact]
    public async Task OpenShare_InARepositoryWithoutTheClaim_IsRefused()
    {
        BackupTicket ticket = await _cluster.ClaimAsync("b1");
        BackupService elsewhere = _cluster.Bench.OpenService(
            _cluster.DatabaseOf("n2"), Workbench.BackupOptions with { NodeName = "n2" }, new MemoryBackend());

        BackupException refused = await Assert.ThrowsAsync<BackupException>(() => elsewhere.OpenShareAsync(ticket));

        Assert.Equal(BackupError.NotFound, refused.Error);
        Assert.Contains("same repository", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cut_TwiceForOneInstant_IsOneCut()
    {
        BackupShare share = await _cluster.ServiceOf("n1").OpenShareAsync(await _cluster.ClaimAsync("b1"));
        int told = 0;
        ShareCut first = await share.CutAsync(17, () => told++);
        Contents.Fill(_cluster.DatabaseOf("n1"), "Book/s1/objects", 10, seed: 5);

        ShareCut second = await share.CutAsync(17, () => told++);

        Assert.Equal(first, second);
        Assert.Equal(1, told);
        Assert.True((await share.CutAsync(18)).Sequence > first.Sequence);
        Assert.Single(_cluster.DatabaseOf("n1").Leases);
    }

    [Fact]
    public async Task OpenShare_AfterAKill_HasTheCutAndGoesOn()
    {
        SortedDictionary<string, string> cut = _cluster.ReadAll();
        BackupTicket ticket = await _cluster.ClaimAsync("b1");
        List<StoredShare> stored = [await StoreAsync("n1", ticket, 17), await StoreAsync("n3", ticket, 17)];
        BackupShare share = await _cluster.ServiceOf("n2").OpenShareAsync(ticket);
        ShareCut made = await share.CutAsync(17);
        _cluster.Bench.CopyDatabase("n2", "n2-after");
        await share.DisposeAsync();
        _cluster.Open("n2", "n2-after");
        Contents.Fill(_cluster.DatabaseOf("n2"), "Book/s2/objects", 500, seed: 6);

        Assert.Null(await _cluster.ServiceOf("n2").RecoverAsync());
        BackupShare again = await _cluster.ServiceOf("n2").OpenShareAsync(ticket);

        Assert.Equal((17L, made.Sequence), (again.Cut!.Instant, again.Cut.Sequence));
        stored.Add(await again.TransferAsync());
        await _cluster.Repository.CommitAsync(ticket, stored);
        await again.ReleaseAsync();
        Assert.Empty(_cluster.DatabaseOf("n2").Leases);
        await AssertRestoresAsync("b1", cut);
    }

    [Fact]
    public async Task OpenShare_AfterAKillInTheTransfer_UploadsNothingTwice()
    {
        SortedDictionary<string, string> cut = _cluster.ReadAll();
        BackupTicket ticket = await _cluster.ClaimAsync("b1");
        List<StoredShare> stored = [await StoreAsync("n1", ticket, 17), await StoreAsync("n3", ticket, 17)];
        BackupShare share = await _cluster.ServiceOf("n2").OpenShareAsync(ticket);
        await share.CutAsync(17);
        _cluster.Bench.Backend.BeforePut = key => key.StartsWith("b1/0001/n2/shard-", StringComparison.Ordinal)
            ? throw new BackupBackendException(key, "the process is gone", isTransient: false)
            : Task.CompletedTask;
        await Assert.ThrowsAsync<BackupException>(() => share.TransferAsync());
        _cluster.Bench.Backend.BeforePut = _ => Task.CompletedTask;
        string[] uploaded = await _cluster.Bench.KeysAsync(RepositoryLayout.DataPrefix);
        await share.DisposeAsync();

        stored.Add(await (await _cluster.ServiceOf("n2").OpenShareAsync(ticket)).TransferAsync());

        Assert.Equal(uploaded, await _cluster.Bench.KeysAsync(RepositoryLayout.DataPrefix));
        await _cluster.Repository.CommitAsync(ticket, stored);
        await AssertRestoresAsync("b1", cut);
    }

    [Fact]
    public async Task OpenShare_WhenTheLeaseHasLapsed_HasNoCut()
    {
        BackupTicket ticket = await _cluster.ClaimAsync("b1");
        BackupShare share = await _cluster.ServiceOf("n2").OpenShareAsync(ticket);
        await share.CutAsync(17);
        _cluster.Bench.CopyDatabase("n2", "n2-after");
        await share.DisposeAsync();
        _cluster.Open("n2", "n2-after", Workbench.DatabaseOptions with { TimeProvider = new LaterClock(TimeSpan.FromDays(2)) });

        BackupShare again = await _cluster.ServiceOf("n2").OpenShareAsync(ticket);

        Assert.Null(again.Cut);
        Assert.Equal(BackupError.InvalidRequest, (await Assert.ThrowsAsync<BackupException>(() => again.TransferAsync())).Error);
    }

    [Fact]
    public async Task Recover_WhenTheBackupHasEnded_ReleasesTheShare()
    {
        BackupTicket ticket = await _cluster.ClaimAsync("b1");
        BackupShare share = await _cluster.ServiceOf("n2").OpenShareAsync(ticket);
        await share.CutAsync(17);
        await share.DisposeAsync();
        await _cluster.ServiceOf("n2").RecoverAsync();
        Assert.Single(_cluster.DatabaseOf("n2").Leases);
        Assert.Equal(BackupState.Started, (await _cluster.Repository.FindAsync("b1"))!.State);

        await _cluster.Repository.FailAsync(ticket, "given up");
        await _cluster.ServiceOf("n2").RecoverAsync();

        Assert.Empty(_cluster.DatabaseOf("n2").Leases);
    }

    [Fact]
    public async Task Dispose_OfTheServiceWhileTransferring_HaltsAndLeavesTheCut()
    {
        BackupTicket ticket = await _cluster.ClaimAsync("b1");
        BackupShare share = await _cluster.ServiceOf("n1").OpenShareAsync(ticket);
        await share.CutAsync(17);
        var gate = new Gate();
        _cluster.Bench.Backend.BeforePut = key => key.StartsWith("b1/", StringComparison.Ordinal) ? gate.PassAsync() : Task.CompletedTask;
        Task<StoredShare> transfer = share.TransferAsync();
        await gate.Reached;
        Task disposal = _cluster.ServiceOf("n1").DisposeAsync().AsTask();
        gate.Open();
        await disposal;

        Assert.Equal(BackupError.Halted, (await Assert.ThrowsAsync<BackupException>(() => transfer)).Error);
        Assert.Single(_cluster.DatabaseOf("n1").Leases);
    }

    [Fact]
    public async Task Create_Again_ReusesWhatEachNodeUploaded()
    {
        await _cluster.CreateAsync("b1");
        string[] data = await _cluster.Bench.KeysAsync(RepositoryLayout.DataPrefix);
        Contents.Fill(_cluster.DatabaseOf("n2"), "Book/s2/objects", 100, seed: 8);

        BackupSummary second = await _cluster.CreateAsync("b2");

        Assert.True(second.ReusedBytes > second.UploadedBytes, $"{second.ReusedBytes} reused, {second.UploadedBytes} uploaded");
        Assert.Empty(data.Except(await _cluster.Bench.KeysAsync(RepositoryLayout.DataPrefix)));
    }

    public override ValueTask DisposeAsync() => _cluster.DisposeAsync();

    private async Task<StoredShare> StoreAsync(string node, BackupTicket ticket, long? instant = null)
    {
        BackupShare share = await _cluster.ServiceOf(node).OpenShareAsync(ticket);
        await share.CutAsync(instant);
        return await share.TransferAsync();
    }

    private async Task AssertRestoresAsync(string id, SortedDictionary<string, string> expected)
    {
        Database target = _cluster.Bench.OpenDatabase("target");
        await _cluster.Bench.OpenService(target, backend: _cluster.Bench.Repository).RestoreAsync(id);
        Assert.Equal(expected, Contents.Read(target));
    }
}
