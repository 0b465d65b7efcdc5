using Basalt.Engine.Diagnostics;
using Basalt.Tests.Support;

namespace Basalt.Engine.Tests.WholeDatabase;

public sealed class StatisticsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Durations_WhenCounted_FallIntoTheFirstClassThatHoldsThem()
    {
        var counter = new DurationCounter();
        counter.Add(TimeSpan.Zero);
        counter.Add(TimeSpan.FromMicroseconds(50));
        counter.Add(TimeSpan.FromMicroseconds(51));
        counter.Add(TimeSpan.FromHours(1));

        DurationDistribution durations = counter.Snapshot();

        Assert.Equal(TimeSpan.FromMicroseconds(50), durations.Bounds[0]);
        Assert.Equal(TimeSpan.FromMicroseconds(100), durations.Bounds[1]);
        Assert.Equal(durations.Bounds.Count + 1, durations.Counts.Count);
        Assert.Equal((2, 1, 1), (durations.Counts[0], durations.Counts[1], durations.Counts[^1]));
        Assert.Equal(4, durations.Counts.Sum());
        Assert.Equal(TimeSpan.FromHours(1) + TimeSpan.FromMicroseconds(101), durations.Total);
    }

    [Fact]
    public async Task Statistics_AfterWritesAndAFlush_HaveSyncTimesAndBytesPerLevel()
    {
        await using Database database = Database.Open(_directory.Path, new DatabaseOptions { MemtableBytes = 64 << 10 });
        Keyspace keyspace = database.CreateKeyspace("k");
        database.Put(keyspace, "a"u8, "b"u8, Durability.Sync);
        await database.FlushAsync();

        DatabaseStatistics statistics = database.GetStatistics();
        KeyspaceStatistics tree = database.GetStatistics(keyspace);

        Assert.Equal(statistics.LogSyncs, statistics.LogSyncTimes.Counts.Sum());
        Assert.True(statistics.LogSyncTimes.Total > TimeSpan.Zero);
        Assert.Equal(0, statistics.SealedMemtables);
        Assert.Equal(tree.SegmentsPerLevel.Count, tree.BytesPerLevel.Count);
        Assert.Equal(tree.Bytes, tree.BytesPerLevel.Sum());
        Assert.True(tree.Bytes > 0);
    }
}
