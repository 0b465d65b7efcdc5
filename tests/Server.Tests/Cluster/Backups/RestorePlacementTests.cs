using System.Collections.Immutable;
using Basalt.Backup;
using Basalt.Server.Cluster.Backups;

namespace Basalt.Server.Tests.Cluster.Backups;

public class RestorePlacementTests
{
    private static readonly ImmutableDictionary<string, string> NoMapping = ImmutableDictionary<string, string>.Empty;

    [Fact]
    public void Assign_ToTheSameNodes_LeavesShardsWhereTheyWere()
    {
        ImmutableDictionary<ShardAddress, string> places = RestorePlacement.Assign(Contents(), ["Book"], ["n1", "n2", "n3"], NoMapping);

        Assert.Equal(6, places.Count);
        Assert.All(Contents().Shards.Where(shard => shard.Address.Shard.Length > 0), shard => Assert.Equal(shard.Node, places[shard.Address]));
    }

    [Fact]
    public void Assign_ToMappedNodes_FollowsTheMapping()
    {
        ImmutableDictionary<string, string> mapping = NoMapping.Add("n1", "m1").Add("n2", "m2").Add("n3", "m3");

        ImmutableDictionary<ShardAddress, string> places = RestorePlacement.Assign(Contents(), ["Book"], ["m1", "m2", "m3"], mapping);

        Assert.All(Contents().Shards.Where(shard => shard.Address.Shard.Length > 0), shard => Assert.Equal(mapping[shard.Node], places[shard.Address]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Assign_ToAnotherNumberOfNodes_GivesEachAboutTheSame(int count)
    {
        string[] nodes = [.. Enumerable.Range(1, count).Select(number => $"n{number}")];

        ImmutableDictionary<ShardAddress, string> places = RestorePlacement.Assign(Contents(), ["Book"], nodes, NoMapping);

        long[] bytes = [.. nodes.Select(node => Contents().Shards.Where(shard => places.GetValueOrDefault(shard.Address) == node).Sum(shard => shard.Bytes))];
        Assert.Equal(6, places.Count);
        Assert.True(bytes.Max() - bytes.Min() <= 600, string.Join(", ", bytes));
    }

    [Fact]
    public void Assign_OfSomeClasses_PlacesOnlyThose() =>
        Assert.Empty(RestorePlacement.Assign(Contents(), ["Author"], ["n1"], NoMapping));

    private static BackupContents Contents()
    {
        var summary = new BackupSummary
        {
            Id = "b1",
            State = BackupState.Success,
            Attempt = 1,
            Collections = ["Book"],
            Node = "n1",
            Participants = ["n1", "n2", "n3"],
            StartedAt = DateTimeOffset.UnixEpoch,
        };
        IEnumerable<BackupShard> shards = Enumerable.Range(1, 6)
            .Select(number => new BackupShard(new ShardAddress("Book", $"s{number}"), $"n{(number % 3) + 1}", 1, number * 100));
        return new BackupContents(summary, [new BackupShard(new ShardAddress("Book", ""), "n1", 1, 10), .. shards]);
    }
}
