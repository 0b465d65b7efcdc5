using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Basalt.Server.Cluster;
using Basalt.Server.Cluster.Etcd;
using Basalt.Server.Cluster.Members;
using Basalt.Server.Cluster.Schema;
using Basalt.Server.Schema;
using Xunit.Abstractions;

namespace Basalt.Server.Tests.Cluster.Schema;

/// <summary>
/// A class with many tenants as a restore brings it, on a real etcd: written in parts, published, followed, read by a newcomer, and given keys of its own.
/// <c>BASALT_SCALE_TENANTS=100000</c> is the long form.
/// </summary>
public sealed class EtcdPublicationTests(EtcdFixture etcd, ITestOutputHelper output) : IClassFixture<EtcdFixture>
{
    private static readonly ClusterKeys Keys = new("/many");

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Publication_OfManyTenants_ReachesAllAndIsUnpackedByTheNextChange()
    {
        int tenants = int.Parse(Environment.GetEnvironmentVariable("BASALT_SCALE_TENANTS") ?? "3000", CultureInfo.InvariantCulture);
        await using EtcdClusterStore store = new((await etcd.ServerAsync).Options, TimeProvider.System);
        await using var members = new MemberDirectory(store, Keys, TimeProvider.System);
        (RecordingReplica one, RecordingReplica two, RecordingReplica late) = (new RecordingReplica(), new RecordingReplica(), new RecordingReplica());
        await using SchemaLog first = CreateLog(store, members, one);
        await using SchemaLog second = CreateLog(store, members, two);
        await using SchemaLog third = CreateLog(store, members, late);
        await first.CatchUpAsync(None);
        await second.CatchUpAsync(None);
        var id = Guid.CreateVersion7();
        SchemaEntry[] entries =
        [
            new SchemaEntry("Order", SchemaEntry.DefinitionKey, "definition"u8.ToArray()),
            .. Enumerable.Range(0, tenants).Select(number =>
                new SchemaEntry("Order", TenantRecord.KeyText(Guid.NewGuid().ToString()), TenantRecord.Encode(TenantStatus.Hot, id, $"node-{number % 3}"))),
        ];

        ClusterTransaction end = new();
        await TimedAsync("written", async () =>
        {
            (ImmutableArray<ClusterCompare> compares, ImmutableArray<ClusterPut> puts) = await first.PublishAsync(id, entries, first.Version, [], None);
            end = new ClusterTransaction { Compares = compares, Puts = puts };
        });
        ImmutableArray<ClusterEntry> parts = (await store.ReadAllAsync(Keys.Incoming, 1, None)).Entries;
        output.WriteLine($"{entries.Sum(entry => entry.ClassName.Length + entry.Key.Length + entry.Value!.Value.Length)} bytes in {parts.Length} parts of {parts.Sum(part => part.Value.Length)} bytes");
        TransactionResult published = await store.CommitAsync(end, None);
        await TimedAsync("followed by two", () => Task.WhenAll(first.AwaitAsync(published.Revision, None), second.AwaitAsync(published.Revision, None)));
        await TimedAsync("read by a newcomer", () => third.CatchUpAsync(None));
        var alias = SchemaChange.Of("Order", "alias/Purchase", ReadOnlyMemory<byte>.Empty);
        bool isMade = true;
        await TimedAsync("unpacked", async () => isMade = await second.TryCommitAsync(alias, second.Version, None));
        bool isMadeThen = await second.TryCommitAsync(alias, second.Version, None);
        await Task.WhenAll(first.AwaitAsync(second.Version, None), third.AwaitAsync(second.Version, None));

        Assert.True(published.Succeeded);
        Assert.Equal((false, true), (isMade, isMadeThen));
        Assert.All((RecordingReplica[])[one, two, late], replica => Assert.Equal(tenants + 2, replica.Entries.Count));
        Assert.Empty((await store.ReadAllAsync(Keys.Incoming, 1, None)).Entries);
        Assert.Equal(tenants + 3, (await store.ReadAllAsync(Keys.Schema, ClusterStoreRanges.DefaultPageSize, None)).Entries.Length);
    }

    private static SchemaLog CreateLog(IClusterStore store, MemberDirectory members, RecordingReplica replica) => new(
        store, Keys, replica, new SchemaWitnesses("n1", members, (_, _, _) => Task.CompletedTask, TimeProvider.System), () => ["n1"], TimeProvider.System);

    private async Task TimedAsync(string what, Func<Task> act)
    {
        long began = Stopwatch.GetTimestamp();
        await act();
        output.WriteLine($"{what}: {Stopwatch.GetElapsedTime(began).TotalMilliseconds:F0} ms");
    }
}
