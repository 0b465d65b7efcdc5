using Basalt.Backup;
using Basalt.Server.Cluster.Operations;
using Basalt.Server.Cluster.Schema;
using Basalt.Server.Schema;

namespace Basalt.Server.Tests.Cluster.Backups;

/// <summary>Whether a restore can be published is known from the backup's lists, before anything is brought back.</summary>
public sealed class RestoreSizeTests
{
    [Fact]
    public void AtLeast_IsNoMoreThanTheEntriesOfTheTenantsTake()
    {
        string[] tenants = [.. Enumerable.Range(0, 100).Select(number => $"tenant-{number}")];
        long entries = tenants.Sum(name =>
            "Order".Length + TenantRecord.KeyText(name).Length + TenantRecord.Encode(TenantStatus.Cold, Guid.NewGuid(), "node-1").Length);

        long least = RestoreSize.AtLeast(Contents(tenants), ["Order"]);

        Assert.InRange(least, entries / 2, entries);
        Assert.Equal(0, RestoreSize.AtLeast(Contents(tenants), ["Other"]));
    }

    [Theory]
    [InlineData(100_000, true)]
    [InlineData(1_000_000, false)]
    public void AtLeast_OfTenantsNamedByUuids_TellsWhetherTheyFit(int tenants, bool fits)
    {
        BackupContents contents = Contents(Enumerable.Range(0, tenants).Select(number => $"{number:x8}-0000-4000-8000-000000000000"));

        Assert.Equal(fits, RestoreSize.AtLeast(contents, ["Order"]) <= BundleStore.MaxBytes);
    }

    private static BackupContents Contents(IEnumerable<string> tenants)
    {
        var summary = new BackupSummary
        {
            Id = "b1",
            State = BackupState.Success,
            Attempt = 1,
            Collections = ["Order"],
            Node = "n1",
            Participants = ["n1"],
            StartedAt = DateTimeOffset.UnixEpoch,
        };
        return new BackupContents(
            summary, [new BackupShard(new ShardAddress("Order", ""), "n1", 1, 10), .. tenants.Select(name => new BackupShard(new ShardAddress("Order", name), "n1", 1, 1))]);
    }
}
