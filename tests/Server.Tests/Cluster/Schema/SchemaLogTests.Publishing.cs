using System.Collections.Immutable;
using System.Text;
using Basalt.Server.Api;
using Basalt.Server.Cluster;
using Basalt.Server.Cluster.Schema;
using Basalt.Server.Schema;

namespace Basalt.Server.Tests.Cluster.Schema;

/// <remarks>Classes that a restore brings come all at once, however many tenants they have, and leave the schema free to change.</remarks>
public sealed partial class SchemaLogTests
{
    [Fact]
    public async Task Publication_OfAHundredThousandTenants_ReachesAllAndIsUnpackedByTheNextChange()
    {
        const int Tenants = 100_000;
        (SchemaLog first, RecordingReplica one) = await StartAsync("n1");
        (SchemaLog second, RecordingReplica two) = await StartAsync("n2");

        long version = await PublishAsync(first, Guid.CreateVersion7(), Entries(Tenants, number => Guid.NewGuid().ToString()));
        await second.AwaitAsync(version, None);
        (_, RecordingReplica late) = await StartAsync("n3");
        int readLate = late.Entries.Count;
        int parts = (await ReadAsync(Keys.Incoming)).Length;
        bool isMade = await second.TryCommitAsync(Put("Book", "alias/Novel", ""), second.Version, None);
        bool isMadeThen = await second.TryCommitAsync(Put("Book", "alias/Novel", ""), second.Version, None);
        await first.AwaitAsync(second.Version, None);
        (_, RecordingReplica later) = await StartAsync("n4");

        Assert.InRange(parts, 2, 64);
        Assert.Equal((Tenants + 1, Tenants + 2), (readLate, later.Entries.Count));
        Assert.True(later.Entries.SequenceEqual(one.Entries));
        Assert.True(later.Entries.SequenceEqual(two.Entries));
        Assert.Equal((false, true), (isMade, isMadeThen));
        Assert.Empty(await ReadAsync(Keys.Incoming));
        Assert.Null(await _store.FindAsync(Keys.SchemaBundle, None));
    }

    [Theory]
    [InlineData("class", ClusterTransaction.MaxBytes)]
    [InlineData("alias/\u00e9", 0)]
    public async Task Publication_OfAnEntryThatTheStoreDoesNotTake_IsRefusedBeforeAnythingIsWritten(string key, int bytes)
    {
        (SchemaLog log, _) = await StartAsync("n1");
        await log.TryCommitAsync(Put("Author", "class", "v1"), log.Version, None);
        SchemaEntry[] entries = [.. Entries(10, number => $"t{number}"), new SchemaEntry("Odd", key, new byte[bytes])];

        RequestException refusal = await Assert.ThrowsAsync<RequestException>(() => log.PublishAsync(Guid.CreateVersion7(), entries, log.Version, [], None));

        Assert.Equal(422, refusal.Status);
        Assert.Contains("class Odd", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(await ReadAsync(Keys.Incoming));
        Assert.True(await log.TryCommitAsync(Put("Author", "class", "v2"), log.Version, None));
    }

    [Fact]
    public async Task Publication_OfMoreThanNodesShallHoldAtOnce_IsRefused()
    {
        (SchemaLog log, _) = await StartAsync("n1");
        ReadOnlyMemory<byte> value = new byte[512 << 10];
        IReadOnlyCollection<SchemaEntry> entries = [.. Enumerable.Range(0, 129).Select(number => new SchemaEntry($"C{number}", SchemaEntry.DefinitionKey, value))];

        RequestException refusal = await Assert.ThrowsAsync<RequestException>(() => log.PublishAsync(Guid.CreateVersion7(), entries, log.Version, [], None));

        Assert.Contains("fewer classes", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(await ReadAsync(Keys.Incoming));
    }

    [Fact]
    public async Task Publication_ByAFormerCoordinator_WritesNothing()
    {
        (SchemaLog log, _) = await StartAsync("n1");
        TransactionResult taken = await _store.CommitAsync(new ClusterTransaction { Puts = [new ClusterPut("/t/lock", "n2"u8.ToArray())] }, None);

        await Assert.ThrowsAsync<ClusterLeaseLostException>(() => log.PublishAsync(
            Guid.CreateVersion7(), Entries(10, number => $"t{number}"), log.Version, [ClusterCompare.ModRevisionIs("/t/lock", taken.Revision - 1)], None));

        Assert.Empty(await ReadAsync(Keys.Incoming));
    }

    [Fact]
    public async Task Publication_AfterOneThatCameToNoEnd_RemovesItsParts()
    {
        (SchemaLog log, RecordingReplica replica) = await StartAsync("n1");
        var operation = Guid.CreateVersion7();
        await log.PublishAsync(Guid.CreateVersion7(), Entries(50_000, number => Guid.NewGuid().ToString()), log.Version, [], None);
        await log.PublishAsync(operation, Entries(50_000, number => Guid.NewGuid().ToString()), log.Version, [], None);

        await PublishAsync(log, operation, Entries(10, number => $"t{number}"));

        Assert.Equal([Keys.IncomingPart(operation, 0)], (await ReadAsync(Keys.Incoming)).Select(entry => entry.Key));
        Assert.Equal(11, replica.Entries.Count);
    }

    [Fact]
    public async Task Publication_WhosePartsWereDeletedByATryBefore_IsNotMade()
    {
        (SchemaLog log, _) = await StartAsync("n1");
        (ImmutableArray<ClusterCompare> compares, ImmutableArray<ClusterPut> puts) =
            await log.PublishAsync(Guid.CreateVersion7(), Entries(10, number => $"t{number}"), log.Version, [], None);

        // It was sent first, and comes now.
        await _store.CommitAsync(new ClusterTransaction { Deletes = [Keys.Incoming] }, None);

        Assert.False((await _store.CommitAsync(new ClusterTransaction { Compares = compares, Puts = puts }, None)).Succeeded);
    }

    [Fact]
    public async Task Parts_UnpackedAndForgottenBeforeTheyAreRead_AreNoError()
    {
        (SchemaLog first, RecordingReplica one) = await StartAsync("n1");
        var hooked = new HookedStore(_store);
        (SchemaLog second, RecordingReplica two) = await StartAsync("n2", store: hooked);
        int reads = 0;
        hooked.BeforeRead = async range =>
        {
            if (Keys.Incoming.Contains(range.Start) && Interlocked.Increment(ref reads) == 1)
            {
                await first.UnpackAsync(None);
                _store.Compact((await _store.RangeAsync(Keys.Schema, 0, 1, None)).Revision);
            }
        };

        long version = await PublishAsync(first, Guid.CreateVersion7(), Entries(300, number => $"t{number}"));
        await second.AwaitAsync(version, None);

        Assert.Equal(1, reads);
        Assert.Empty(two.Problems);
        Assert.Equal(2, two.Replacements);
        Assert.Equal(one.Entries, two.Entries);
    }

    [Fact]
    public async Task Parts_ThatGoWhileANewcomerReadsThem_AreNoError()
    {
        (SchemaLog first, RecordingReplica one) = await StartAsync("n1");
        await PublishAsync(first, Guid.CreateVersion7(), Entries(300, number => $"t{number}"));
        var hooked = new HookedStore(_store);
        int reads = 0;
        hooked.BeforeRead = async range =>
        {
            if (Keys.Incoming.Contains(range.Start) && Interlocked.Increment(ref reads) == 1)
            {
                await first.UnpackAsync(None);
                _store.Compact((await _store.RangeAsync(Keys.Schema, 0, 1, None)).Revision);
            }
        };

        (_, RecordingReplica two) = await StartAsync("n2", store: hooked);

        Assert.Equal(1, reads);
        Assert.Equal(one.Entries, two.Entries);
    }

    [Fact]
    public async Task Bundle_OfWhichABitFlips_IsRefused()
    {
        var bundles = new BundleStore(_store, Keys);
        SchemaEntry[] entries = Entries(20, number => $"t{number}");
        (SchemaBundle written, _) = await bundles.WriteAsync(Guid.CreateVersion7(), entries, [], None);
        byte[] bundle = written.Encode();
        string key = Keys.IncomingPart(written.Operation, 0);
        byte[] part = (await _store.FindAsync(key, None))!.Value.ToArray();
        int same = 0;
        for (int bit = 0; bit < bundle.Length * 8; bit++)
        {
            same += await IsReadAsync(Flipped(bundle, bit)) ? 1 : 0;
        }

        for (int bit = 0; bit < part.Length * 8; bit++)
        {
            await PutAsync(key, Flipped(part, bit));
            Assert.False(await IsReadAsync(bundle), $"bit {bit} of the part");
        }

        await PutAsync(key, part);
        Assert.True(await IsReadAsync(bundle));

        // Of the letters in the identity of the restore, which may be large ones as well.
        Assert.InRange(same, 0, 32);

        async Task<bool> IsReadAsync(byte[] value)
        {
            try
            {
                ImmutableArray<SchemaEntry> read = await bundles.ReadAsync(new ClusterEntry(Keys.SchemaBundle, value, 1, 1, 1, 0), revision: 0, None);
                Assert.Equal(entries.Select(Describe), read.Select(Describe));
                return true;
            }
            catch (ClusterException)
            {
                return false;
            }
        }
    }

    private static string Describe(SchemaEntry entry) => $"{entry.ClassName} {entry.Key} {Convert.ToHexString(entry.Value!.Value.Span)}";

    private static byte[] Flipped(byte[] value, int bit)
    {
        byte[] flipped = [.. value];
        flipped[bit / 8] ^= (byte)(1 << (bit % 8));
        return flipped;
    }

    private static SchemaEntry[] Entries(int tenants, Func<int, string> name)
    {
        var id = Guid.CreateVersion7();
        return
        [
            new SchemaEntry("Book", SchemaEntry.DefinitionKey, Encoding.ASCII.GetBytes("definition")),
            .. Enumerable.Range(0, tenants).Select(number =>
                new SchemaEntry("Book", TenantRecord.KeyText(name(number)), TenantRecord.Encode(TenantStatus.Hot, id, $"node-{number % 3}"))),
        ];
    }

    /// <summary>Publishes as the end of a restore does, and waits until the node shows it.</summary>
    private async Task<long> PublishAsync(SchemaLog log, Guid operation, SchemaEntry[] entries)
    {
        (ImmutableArray<ClusterCompare> compares, ImmutableArray<ClusterPut> puts) = await log.PublishAsync(operation, entries, log.Version, [], None);
        TransactionResult published = await _store.CommitAsync(new ClusterTransaction { Compares = compares, Puts = puts }, None);
        Assert.True(published.Succeeded);
        await log.AwaitAsync(published.Revision, None);
        return published.Revision;
    }

    private async Task<ImmutableArray<ClusterEntry>> ReadAsync(KeyRange range) =>
        (await _store.ReadAllAsync(range, ClusterStoreRanges.DefaultPageSize, None)).Entries;

    private Task<TransactionResult> PutAsync(string key, byte[] value) =>
        _store.CommitAsync(new ClusterTransaction { Puts = [new ClusterPut(key, value)] }, None);
}
