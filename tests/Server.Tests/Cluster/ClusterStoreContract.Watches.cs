using Basalt.Server.Cluster;

namespace Basalt.Server.Tests.Cluster;

public abstract partial class ClusterStoreContract
{
    [Fact]
    public async Task Watch_WhileManyWrite_TellsEachRevisionOnceInOrderAndWhole()
    {
        await using IClusterStore store = await OpenAsync();
        long first = (await PutAsync(store, "other", "x")).Revision + 1;
        await using var early = new WatchLog(store, KeyRange.Prefix(Key("w/")), first);

        TransactionResult[][] results = await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(() => WritePairsAsync(store, writer, 20))));

        long[] revisions = [.. results.SelectMany(own => own).Select(result => result.Revision).Order()];
        await using var late = new WatchLog(store, KeyRange.Prefix(Key("w/")), first);
        foreach (WatchLog log in new[] { early, late })
        {
            await log.HearAsync(revisions[^1]);
            Assert.Equal(revisions.SelectMany(revision => new[] { revision, revision }), log.Events.Select(change => change.Revision));
            Assert.All(log.Batches, batch => Assert.Equal(batch.Events[^1].Revision, batch.Events.Max(change => change.Revision)));
            Assert.All(log.Batches.Zip(log.Batches.Skip(1)), pair => Assert.True(pair.First.LastRevision < pair.Second.Events[0].Revision));
        }
    }

    [Fact]
    public async Task Watch_OfAKey_TellsPutsAndDeletions()
    {
        await using IClusterStore store = await OpenAsync();
        long first = (await PutAsync(store, "key", "1")).Revision;
        await PutAsync(store, "key2", "not watched");
        long deleted = (await store.CommitAsync(new ClusterTransaction { Deletes = [KeyRange.Key(Key("key"))] }, None)).Revision;

        await using var log = new WatchLog(store, KeyRange.Key(Key("key")), first);
        await log.HearAsync(deleted);

        Assert.Equal([(first, true), (deleted, false)], log.Events.Select(change => (change.Revision, change.Entry is not null)));
        Assert.Equal("1", Text(log.Events[0].Entry!));
    }

    [Fact]
    public async Task Watch_WhenCancelled_Ends()
    {
        await using IClusterStore store = await OpenAsync();
        var log = new WatchLog(store, KeyRange.Key(Key("key")), 1);

        await log.DisposeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => log.Reading);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    public async Task Watch_FromWhatIsCompacted_SaysSo(int offset)
    {
        await using IClusterStore store = await OpenAsync();
        await PutAsync(store, "key", "1");
        await PutAsync(store, "key", "2");
        long compacted = (await store.CommitAsync(new ClusterTransaction { Deletes = [KeyRange.Key(Key("key"))] }, None)).Revision;
        await CompactAsync(compacted);

        await using var log = new WatchLog(store, KeyRange.Prefix(_prefix), compacted + offset);

        await Assert.ThrowsAsync<ClusterCompactedException>(() => log.Reading);
    }

    [Fact]
    public async Task Watch_FromBehindWhatIsCompacted_TellsAll()
    {
        await using IClusterStore store = await OpenAsync();
        long compacted = (await PutAsync(store, "key", "1")).Revision;
        await CompactAsync(compacted);
        await using var log = new WatchLog(store, KeyRange.Prefix(_prefix), compacted + 1);
        long last = (await PutAsync(store, "key", "2")).Revision;

        await log.HearAsync(last);

        Assert.Equal([last], log.Events.Select(change => change.Revision));
    }

    [Fact]
    public async Task Range_OfWhatIsCompacted_SaysSo()
    {
        await using IClusterStore store = await OpenAsync();
        long old = (await PutAsync(store, "key", "1")).Revision;
        long compacted = (await PutAsync(store, "key", "2")).Revision;
        await CompactAsync(compacted);

        await Assert.ThrowsAsync<ClusterCompactedException>(() => store.RangeAsync(KeyRange.Key(Key("key")), old, 1, None));
        Assert.Equal("2", Text((await store.RangeAsync(KeyRange.Key(Key("key")), compacted, 1, None)).Entries.Single()));
    }

    private async Task<TransactionResult[]> WritePairsAsync(IClusterStore store, int writer, int times)
    {
        var results = new TransactionResult[times];
        for (int i = 0; i < times; i++)
        {
            results[i] = await store.CommitAsync(
                new ClusterTransaction
                {
                    Puts = [new ClusterPut(Key($"w/{writer}/a"), Bytes($"{i}")), new ClusterPut(Key($"w/{writer}/b"), Bytes($"{i}"))],
                },
                None);
        }

        return results;
    }
}
