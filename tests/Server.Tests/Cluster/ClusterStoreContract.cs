using System.Globalization;
using System.Text;
using Basalt.Server.Cluster;

namespace Basalt.Server.Tests.Cluster;

/// <summary>What every store has to do. Each store's tests derive from this.</summary>
public abstract partial class ClusterStoreContract
{
    private readonly string _prefix = $"/{Guid.NewGuid():N}/";

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Put_WhenCommitted_IsReadWithItsRevisions()
    {
        await using IClusterStore store = await OpenAsync();

        TransactionResult first = await PutAsync(store, "a", "1");
        TransactionResult second = await PutAsync(store, "a", "2");

        ClusterEntry entry = (await store.FindAsync(Key("a"), None))!;
        Assert.True(first.Succeeded && second.Revision > first.Revision);
        Assert.Equal((first.Revision, second.Revision, 2L, 0L), (entry.CreateRevision, entry.ModRevision, entry.Version, entry.LeaseId));
        Assert.Equal("2", Text(entry));
        Assert.Null(await store.FindAsync(Key("b"), None));
    }

    [Fact]
    public async Task Put_WithoutBytes_IsThere()
    {
        await using IClusterStore store = await OpenAsync();

        await PutAsync(store, "empty", "");

        Assert.Equal("", Text((await store.FindAsync(Key("empty"), None))!));
    }

    [Fact]
    public async Task CompareAndSwap_ByManyWriters_IsOneOrderWithoutLoss()
    {
        await using IClusterStore store = await OpenAsync();
        long created = (await PutAsync(store, "counter", "0")).Revision;

        (long Followed, long Made)[][] wins = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => IncrementAsync(store, "counter", 10))));

        (long Followed, long Made)[] order = [.. wins.SelectMany(own => own).OrderBy(win => win.Made)];
        Assert.Equal(60, order.Length);
        Assert.Equal([created, .. order.SkipLast(1).Select(win => win.Made)], order.Select(win => win.Followed));
        Assert.Equal("60", Text((await store.FindAsync(Key("counter"), None))!));
    }

    [Fact]
    public async Task Absent_ByManyWriters_IsTrueForOne()
    {
        await using IClusterStore store = await OpenAsync();

        TransactionResult[] results = await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(() => store.CommitAsync(
            new ClusterTransaction
            {
                Compares = [ClusterCompare.Absent(Key("lock"))],
                Puts = [new ClusterPut(Key("lock"), Bytes($"{writer}"))],
                ElseReads = [KeyRange.Key(Key("lock"))],
            },
            None))));

        int winner = Array.FindIndex(results, result => result.Succeeded);
        Assert.Single(results, result => result.Succeeded);
        Assert.All(results.Where(result => !result.Succeeded), result => Assert.Equal($"{winner}", Text(result.Reads.Single().Entries.Single())));
    }

    [Theory]
    [InlineData("exists", "x", true)]
    [InlineData("exists", "y", false)]
    [InlineData("value", "x", true)]
    [InlineData("other", "x", false)]
    [InlineData("value", "y", false)]
    [InlineData("absent", "x", false)]
    [InlineData("absent", "y", true)]
    public async Task Compare_OfAKey_HoldsAsItSays(string kind, string name, bool holds)
    {
        await using IClusterStore store = await OpenAsync();
        await PutAsync(store, "x", "value");
        ClusterCompare compare = kind switch
        {
            "exists" => ClusterCompare.Exists(Key(name)),
            "absent" => ClusterCompare.Absent(Key(name)),
            _ => ClusterCompare.ValueIs(Key(name), Bytes(kind)),
        };

        TransactionResult result = await store.CommitAsync(
            new ClusterTransaction { Compares = [compare], Puts = [new ClusterPut(Key("done"), Bytes("yes"))] }, None);

        Assert.Equal(holds, result.Succeeded);
        Assert.Equal(holds, await store.FindAsync(Key("done"), None) is not null);
    }

    [Fact]
    public async Task Range_InPagesWhileWritersChangeIt_IsThatOfOneRevision()
    {
        await using IClusterStore store = await OpenAsync();
        foreach (int i in Enumerable.Range(0, 25))
        {
            await PutAsync(store, Name(i), "before");
        }

        KeyRange range = KeyRange.Prefix(_prefix);
        RangePage page = await store.RangeAsync(range, revision: 0, limit: 10, None);
        long revision = page.Revision;
        await store.CommitAsync(new ClusterTransaction { Deletes = [KeyRange.Key(Key(Name(15)))], Puts = [new ClusterPut(Key(Name(30)), Bytes("new"))] }, None);
        await PutAsync(store, Name(12), "after");
        RangePage second = await store.RangeAsync(range.After(page.Entries[^1].Key), revision, limit: 10, None);
        RangePage third = await store.RangeAsync(range.After(second.Entries[^1].Key), revision, limit: 10, None);

        ClusterEntry[] read = [.. page.Entries, .. second.Entries, .. third.Entries];
        Assert.Equal((true, true, false), (page.HasMore, second.HasMore, third.HasMore));
        Assert.Equal(Enumerable.Range(0, 25).Select(i => Key(Name(i))), read.Select(entry => entry.Key));
        Assert.All(read, entry => Assert.Equal("before", Text(entry)));
        Assert.Equal(25, (await store.ReadAllAsync(range, 7, None)).Entries.Length);
    }

    [Fact]
    public async Task Range_OfTheFuture_IsRefused()
    {
        await using IClusterStore store = await OpenAsync();
        long revision = (await PutAsync(store, "a", "1")).Revision;

        await Assert.ThrowsAsync<ClusterRequestException>(() => store.RangeAsync(KeyRange.Key(Key("a")), revision + 1000, 1, None));
    }

    [Fact]
    public async Task Delete_OfARange_IsOneRevision()
    {
        await using IClusterStore store = await OpenAsync();
        await PutAsync(store, "d/1", "x");
        await PutAsync(store, "d/2", "x");
        long before = (await PutAsync(store, "e", "x")).Revision;

        TransactionResult deleted = await store.CommitAsync(new ClusterTransaction { Deletes = [KeyRange.Prefix(Key("d/"))] }, None);
        TransactionResult nothing = await store.CommitAsync(new ClusterTransaction { Deletes = [KeyRange.Prefix(Key("d/"))] }, None);

        Assert.Equal((before + 1, before + 1), (deleted.Revision, nothing.Revision));
        Assert.Equal([Key("e")], (await store.ReadAllAsync(KeyRange.Prefix(_prefix), 10, None)).Entries.Select(entry => entry.Key));
    }

    [Fact]
    public async Task Transaction_ThatWritesAKeyTwice_IsRefused()
    {
        await using IClusterStore store = await OpenAsync();
        ClusterPut put = new(Key("a"), Bytes("1"));

        await Assert.ThrowsAsync<ArgumentException>(() => store.CommitAsync(new ClusterTransaction { Puts = [put, put] }, None));
        await Assert.ThrowsAsync<ArgumentException>(
            () => store.CommitAsync(new ClusterTransaction { Puts = [put], Deletes = [KeyRange.Prefix(_prefix)] }, None));
        await Assert.ThrowsAsync<ArgumentException>(
            () => store.CommitAsync(new ClusterTransaction { Puts = [put with { Value = new byte[ClusterTransaction.MaxBytes] }] }, None));
    }

    [Fact]
    public async Task Transaction_AsLargeAsAllowed_IsTaken()
    {
        await using IClusterStore store = await OpenAsync();
        byte[] value = new byte[ClusterTransaction.MaxBytes / ClusterTransaction.MaxOperations - 100];

        TransactionResult result = await store.CommitAsync(
            new ClusterTransaction { Puts = [.. Enumerable.Range(0, ClusterTransaction.MaxOperations).Select(i => new ClusterPut(Key(Name(i)), value))] }, None);

        RangePage page = await store.RangeAsync(KeyRange.Prefix(_prefix), 0, 1000, None);
        Assert.True(result.Succeeded);
        Assert.Equal(ClusterTransaction.MaxOperations, page.Entries.Length);
        Assert.All(page.Entries, entry => Assert.Equal((value.Length, result.Revision), (entry.Value.Length, entry.ModRevision)));
    }

    [Fact]
    public async Task Operations_OnOneKeyByManyClients_AreLinearizable()
    {
        await using IClusterStore store = await OpenAsync();
        await PutAsync(store, "register", "0");
        var clock = new OperationLog();

        await Task.WhenAll(Enumerable.Range(0, 6).Select(client => Task.Run(async () =>
        {
            for (int i = 0; i < 15; i++)
            {
                string value = $"{client}-{i}";
                await clock.NoteAsync(value, async () => (await PutAsync(store, "register", value)).Revision);
                await clock.NoteAsync(async () =>
                {
                    ClusterEntry entry = (await store.FindAsync(Key("register"), None))!;
                    return (Text(entry), entry.ModRevision);
                });
            }
        })));

        clock.AssertLinearizable();
    }

    /// <summary>A store; those of one test share what they hold.</summary>
    internal abstract Task<IClusterStore> OpenAsync();

    /// <summary>Forgets what was before a revision.</summary>
    internal abstract Task CompactAsync(long revision);

    private static string Name(int i) => i.ToString("d4", CultureInfo.InvariantCulture);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ClusterEntry entry) => Encoding.UTF8.GetString(entry.Value.Span);

    private string Key(string name) => _prefix + name;

    private Task<TransactionResult> PutAsync(IClusterStore store, string name, string value, long lease = 0) =>
        store.CommitAsync(new ClusterTransaction { Puts = [new ClusterPut(Key(name), Bytes(value)) { LeaseId = lease }] }, None);

    private async Task<(long Followed, long Made)[]> IncrementAsync(IClusterStore store, string name, int times)
    {
        var wins = new List<(long, long)>();
        while (wins.Count < times)
        {
            ClusterEntry entry = (await store.FindAsync(Key(name), None))!;
            int value = int.Parse(Text(entry), CultureInfo.InvariantCulture);
            TransactionResult result = await store.CommitAsync(
                new ClusterTransaction
                {
                    Compares = [ClusterCompare.ModRevisionIs(Key(name), entry.ModRevision)],
                    Puts = [new ClusterPut(Key(name), Bytes($"{value + 1}"))],
                },
                None);
            if (result.Succeeded)
            {
                wins.Add((entry.ModRevision, result.Revision));
            }
        }

        return [.. wins];
    }
}
