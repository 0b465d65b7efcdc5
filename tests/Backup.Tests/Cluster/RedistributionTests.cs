using System.Collections.Immutable;
using Basalt.Backup.Naming;
using Basalt.Backup.Tests.Support;
using Basalt.Engine;

namespace Basalt.Backup.Tests.Cluster;

/// <summary>Backups of several nodes, brought back to any number of nodes and cared for in their repository.</summary>
public sealed class RedistributionTests : DisposableTest
{
    private readonly ClusterBench _cluster = new();

    public RedistributionTests()
    {
        _cluster.AddNode("n1", "s1", "s4");
        _cluster.AddNode("n2", "s2", "s5");
        _cluster.AddNode("n3", "s3");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public async Task Restore_OfThreeNodesToAnyNumber_BringsBackEachShardOnce(int nodes)
    {
        await _cluster.CreateAsync("b1");
        await using var other = new ClusterBench(_cluster.Bench);

        await RestoreAsync(other, "b1", nodes);

        Assert.Equal(_cluster.ReadAll(), other.ReadAll());
        Assert.Equal(10, other.Nodes.Sum(node => other.DatabaseOf(node).Keyspaces.Count(keyspace => !keyspace.Name.StartsWith("Book//", StringComparison.Ordinal))));
        Assert.All(other.Nodes, node => Assert.Contains(other.DatabaseOf(node).Keyspaces, keyspace => keyspace.Name == "Book//schema"));
    }

    [Fact]
    public async Task Restore_WithoutShards_TakesAllOfAllNodes()
    {
        await _cluster.CreateAsync("b1");
        Database target = _cluster.Bench.OpenDatabase("target");

        await _cluster.Bench.OpenService(target).RestoreAsync("b1");

        Assert.Equal(_cluster.ReadAll(), Contents.Read(target));
    }

    [Fact]
    public async Task Restore_OfAShardThatIsNotThere_IsRefused()
    {
        await _cluster.CreateAsync("b1");
        BackupService service = _cluster.Bench.OpenService(_cluster.Bench.OpenDatabase("target"));
        var request = new RestoreRequest("b1") { Shards = ImmutableHashSet.Create(new ShardAddress("Book", "s9")) };

        BackupException refused = await Assert.ThrowsAsync<BackupException>(() => service.RestoreAsync(request));

        Assert.Equal(BackupError.CollectionNotFound, refused.Error);
        Assert.Contains("'s9'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadContents_OfThreeNodes_TellsShardsWithTheirNodesAndSizes()
    {
        BackupSummary summary = await _cluster.CreateAsync("b1");

        BackupContents contents = await _cluster.Repository.ReadContentsAsync("b1");

        Assert.Equal(summary.Root, contents.Backup.Root);
        Assert.Equal(
            [("", "n1"), ("s1", "n1"), ("s2", "n2"), ("s3", "n3"), ("s4", "n1"), ("s5", "n2")],
            contents.Shards.Select(shard => (shard.Address.Shard, shard.Node)));
        Assert.All(contents.Shards, shard => Assert.True(shard is { Bytes: > 0, Files: > 0 }));
    }

    [Fact]
    public async Task Create_AfterShardsMoved_ReusesWhatOtherNodesUploaded()
    {
        BackupSummary first = await _cluster.CreateAsync("b1");
        string[] data = await _cluster.Bench.KeysAsync(RepositoryLayout.DataPrefix);
        await using var other = new ClusterBench(_cluster.Bench);
        await RestoreAsync(other, "b1", nodes: 2);

        BackupSummary second = await other.CreateAsync("b2");

        Assert.Equal(data, await _cluster.Bench.KeysAsync(RepositoryLayout.DataPrefix));
        Assert.True(second.ReusedBytes >= first.LogicalBytes / 2, $"{second.ReusedBytes} of {second.LogicalBytes} reused");
    }

    [Fact]
    public async Task Create_WhenTwoNodesHoldTheSameSegments_UploadsThemUnderNamesOfTheirOwn()
    {
        await _cluster.CreateAsync("b1");
        var copy = new FileSystemBackend(_cluster.Bench["elsewhere"]);
        await using var other = new ClusterBench(_cluster.Bench);
        foreach ((string node, string name) in new[] { ("m1", "Left"), ("m2", "Right") })
        {
            other.Open(node, node);
            await other.ServiceOf(node).RestoreAsync(
                new RestoreRequest("b1") { Rename = ImmutableDictionary<string, string>.Empty.Add("Book", name) });
        }

        using var elsewhere = new BackupRepository(copy, Workbench.BackupOptions);
        BackupTicket ticket = await elsewhere.ClaimAsync(new BackupRequest("b1"), ["Left", "Right"], ["m1", "m2"], Guid.CreateVersion7());
        StoredShare[] stored = await Task.WhenAll(other.Nodes.Select(async node =>
        {
            BackupService service = _cluster.Bench.OpenService(
                other.DatabaseOf(node), Workbench.BackupOptions with { NodeName = node }, copy);
            BackupShare share = await service.OpenShareAsync(ticket);
            await share.CutAsync();
            return await share.TransferAsync();
        }));
        await elsewhere.CommitAsync(ticket, stored);

        VerificationReport report = await elsewhere.VerifyAsync("b1", new VerificationOptions { Level = VerificationLevel.Full });
        Assert.Empty(report.Problems);
        Database target = _cluster.Bench.OpenDatabase("target");
        await _cluster.Bench.OpenService(target, backend: copy).RestoreAsync("b1");
        Assert.Equal(other.ReadAll(), Contents.Read(target));
    }

    [Fact]
    public async Task VerifyCopyAndDelete_OfABackupOfSeveralNodes_CoverAllOfThem()
    {
        BackupSummary summary = await _cluster.CreateAsync("b1");
        using var copy = new BackupRepository(new FileSystemBackend(_cluster.Bench["copy"]), Workbench.BackupOptions);

        await _cluster.Repository.CopyAsync("b1", copy);

        Assert.Equal(summary.Root, (await copy.FindAsync("b1"))!.Root);
        VerificationReport report = await copy.VerifyAsync("b1", new VerificationOptions { Level = VerificationLevel.Full });
        Assert.Empty(report.Problems);
        await _cluster.Repository.CollectGarbageAsync(Workbench.AtOnce);
        Assert.Empty((await _cluster.Repository.VerifyAsync("b1", new VerificationOptions { Level = VerificationLevel.Full })).Problems);
        await _cluster.Repository.DeleteAsync("b1");
        await _cluster.Repository.CollectGarbageAsync(Workbench.AtOnce);
        Assert.Empty(await _cluster.Bench.KeysAsync(RepositoryLayout.DataPrefix));
    }

    [Fact]
    public async Task CollectGarbage_WhileSharesAreTransferred_SparesWhatTheyUploaded()
    {
        BackupTicket ticket = await _cluster.ClaimAsync("b1");
        List<StoredShare> stored = [];
        foreach (string node in _cluster.Nodes)
        {
            BackupShare share = await _cluster.ServiceOf(node).OpenShareAsync(ticket);
            await share.CutAsync();
            stored.Add(await share.TransferAsync());
            await _cluster.Repository.CollectGarbageAsync(Workbench.AtOnce);
        }

        await _cluster.Repository.CommitAsync(ticket, stored);

        Assert.Empty((await _cluster.Repository.VerifyAsync("b1", new VerificationOptions { Level = VerificationLevel.Existence })).Problems);
    }

    public override ValueTask DisposeAsync() => _cluster.DisposeAsync();

    /// <summary>Deals a backup's shards out to new nodes.</summary>
    private static async Task RestoreAsync(ClusterBench target, string id, int nodes)
    {
        BackupContents contents = await target.Repository.ReadContentsAsync(id);
        ShardAddress[] shards = [.. contents.Shards.Select(shard => shard.Address).Where(address => address.Shard.Length > 0)];
        for (int node = 0; node < nodes; node++)
        {
            string name = $"m{node + 1}";
            target.Open(name, name);
            await target.ServiceOf(name).RestoreAsync(
                new RestoreRequest(id) { Shards = shards.Where((_, index) => index % nodes == node).ToImmutableHashSet() });
        }
    }
}
