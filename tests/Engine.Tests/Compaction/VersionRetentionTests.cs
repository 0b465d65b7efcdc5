using Basalt.Engine.Compaction;
using Basalt.Engine.Keys;
using FsCheck;
using FsCheck.Fluent;

namespace Basalt.Engine.Tests.Compaction;

public sealed class VersionRetentionTests
{
    [Fact]
    public void MustKeep_ForAnyHistoryAndSnapshots_KeepsExactlyWhatSomebodyCanRead()
    {
        Gen<(ulong[] Versions, ulong[] Snapshots)> cases =
            from versions in Gen.Choose(1, 30).ListOf()
            from snapshots in Gen.Choose(0, 31).ListOf()
            select (
                versions.Select(version => (ulong)version).Distinct().OrderDescending().ToArray(),
                snapshots.Select(snapshot => (ulong)snapshot).Distinct().Order().ToArray());

        Prop.ForAll(cases.ToArbitrary(), example =>
        {
            HashSet<ulong> readable = [.. example.Snapshots.Append(ulong.MaxValue >> 8)
                .Select(snapshot => example.Versions.FirstOrDefault(version => version <= snapshot))];
            VersionRetention retention = new(example.Snapshots);
            byte[] key = [1, 2];

            foreach (ulong version in example.Versions)
            {
                bool kept = retention.MustKeep(key, InternalKey.Pack(version, ValueKind.Put), out bool newKey);

                Assert.Equal(readable.Contains(version), kept);
                Assert.Equal(version == example.Versions[0], newKey);
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void IsTombstoneSpent_WhenASnapshotStillSeesTheValueBelow_IsFalse()
    {
        VersionRetention retention = new([5]);

        Assert.False(retention.IsTombstoneSpent(InternalKey.Pack(9, ValueKind.Delete)));
        Assert.True(retention.IsTombstoneSpent(InternalKey.Pack(5, ValueKind.Delete)));
        Assert.False(retention.IsTombstoneSpent(InternalKey.Pack(5, ValueKind.Put)));
    }
}
