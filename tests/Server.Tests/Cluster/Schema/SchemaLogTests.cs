using Basalt.Server.Api;
using Basalt.Server.Cluster;
using Basalt.Server.Cluster.Members;
using Basalt.Server.Cluster.Schema;
using Basalt.Server.Schema;
using Basalt.Tests.Support;

namespace Basalt.Server.Tests.Cluster.Schema;

/// <summary>Changes of the schema have one order, on all nodes, and a success means that all nodes have it.</summary>
public sealed partial class SchemaLogTests : IAsyncLifetime
{
    private static readonly ClusterKeys Keys = new("/t");

    private readonly InProcessClusterStore _store = CreateStore();
    private readonly List<IAsyncDisposable> _owned = [];

    private static CancellationToken None => CancellationToken.None;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (IAsyncDisposable owned in Enumerable.Reverse(_owned))
        {
            await owned.DisposeAsync();
        }

        await _store.DisposeAsync();
    }

    [Fact]
    public async Task Change_ThatWasCommitted_IsAppliedOnAllNodes()
    {
        (SchemaLog first, RecordingReplica one) = await StartAsync("n1");
        (SchemaLog second, RecordingReplica two) = await StartAsync("n2");

        bool isDone = await first.TryCommitAsync(Put("Book", "class", "v1"), first.Version, None);
        await second.AwaitAsync(first.Version, None);

        Assert.True(isDone);
        Assert.Equal("v1", one.Entries["Book/class"]);
        Assert.Equal("v1", two.Entries["Book/class"]);
        Assert.Equal(first.Version, second.Version);
    }

    [Fact]
    public async Task Change_WorkedOutFromAnOlderVersion_IsRefusedAndTheNewerOneShows()
    {
        (SchemaLog first, _) = await StartAsync("n1");
        (SchemaLog second, RecordingReplica two) = await StartAsync("n2");
        long version = second.Version;
        await first.TryCommitAsync(Put("Book", "class", "v1"), first.Version, None);

        bool isDone = await second.TryCommitAsync(Put("Book", "class", "other"), version, None);

        Assert.False(isDone);
        Assert.Equal("v1", two.Entries["Book/class"]);
    }

    [Fact]
    public async Task Changes_OfManyNodesAtOnce_EndInOneOrder()
    {
        var nodes = new List<(SchemaLog Log, RecordingReplica Replica)>();
        for (int i = 0; i < 4; i++)
        {
            nodes.Add(await StartAsync($"n{i}"));
        }

        await Task.WhenAll(nodes.Select((node, i) => Task.Run(async () =>
        {
            for (int change = 0; change < 20; change++)
            {
                while (!await node.Log.TryCommitAsync(Put($"C{i}", $"tenant/{change}", "HOT"), node.Log.Version, None))
                {
                }
            }
        })));
        long newest = nodes.Max(node => node.Log.Version);
        await Task.WhenAll(nodes.Select(node => node.Log.AwaitAsync(newest, None)));

        Assert.All(nodes, node => Assert.Equal(nodes[0].Replica.Entries, node.Replica.Entries));
        Assert.All(nodes, node => Assert.Equal(80, node.Replica.Entries.Count));
        Assert.All(nodes, node => Assert.Equal(node.Replica.Versions.Order(), node.Replica.Versions));
    }

    [Fact]
    public async Task Class_ThatIsDeleted_TakesAllItsEntriesWithIt()
    {
        (SchemaLog log, RecordingReplica replica) = await StartAsync("n1");
        await log.TryCommitAsync(Put("Book", "class", "v1"), log.Version, None);
        await log.TryCommitAsync(Put("Book", "tenant/a", "HOT"), log.Version, None);
        await log.TryCommitAsync(Put("Bookshelf", "class", "v1"), log.Version, None);

        await log.TryCommitAsync(SchemaChange.Of("Book", SchemaEntry.DefinitionKey, null), log.Version, None);

        Assert.Equal(["Bookshelf/class"], replica.Entries.Keys);
        Assert.Null(await _store.FindAsync(Keys.ClassEntry("Book", "tenant/a"), None));
    }

    [Fact]
    public async Task Node_ThatJoinsLater_ReadsAllOfIt()
    {
        (SchemaLog log, _) = await StartAsync("n1");
        await log.TryCommitAsync(Put("Book", "class", "v1"), log.Version, None);

        (SchemaLog late, RecordingReplica replica) = await StartAsync("n2");

        Assert.Equal("v1", replica.Entries["Book/class"]);
        Assert.Equal(log.Version, late.Version);
    }

    [Fact]
    public async Task Node_WhoseLastChangeTheStoreHasForgotten_IsToldSo()
    {
        (SchemaLog log, RecordingReplica replica) = await StartAsync("n1");
        await log.TryCommitAsync(Put("Book", "class", "v1"), log.Version, None);
        await log.CatchUpAsync(None);
        bool known = replica.HadLastChange;
        await _store.CommitAsync(new ClusterTransaction { Deletes = [KeyRange.Prefix(Keys.LineagePrefix)] }, None);

        await log.CatchUpAsync(None);

        Assert.True(known);
        Assert.False(replica.HadLastChange);
    }

    [Fact]
    public async Task Node_ThatStarts_ForgetsChangesThatWereFollowedByOthersHalfAYearAgo()
    {
        string[] names = [.. new[] { -300, -200, -179 }.Select(days => Keys.LineagePrefix + SchemaVersion.NewName(DateTimeOffset.UtcNow.AddDays(days)))];
        await _store.CommitAsync(new ClusterTransaction { Puts = [.. names.Select(name => new ClusterPut(name, new byte[1]))] }, None);

        (SchemaLog log, _) = await StartAsync("n1");
        await log.TryCommitAsync(Put("Book", "class", "v1"), log.Version, None);

        // A node that was down for the last minute knows the one of 200 days ago.
        bool[] areKnown = [.. await Task.WhenAll(names.Select(async name => await _store.FindAsync(name, None) is not null))];
        Assert.Equal([false, true, true], areKnown);
    }

    [Fact]
    public async Task Change_ThatCannotBeAppliedAtFirst_IsAppliedLater()
    {
        (SchemaLog log, RecordingReplica replica) = await StartAsync("n1");
        replica.Failures = 2;

        bool isDone = await log.TryCommitAsync(Put("Book", "class", "v1"), log.Version, None);

        Assert.True(isDone);
        Assert.Equal("v1", replica.Entries["Book/class"]);
    }

    [Fact]
    public async Task Success_ComesOnlyWhenTheOtherMembersHaveConfirmed()
    {
        var asked = new TaskCompletionSource<long>();
        var confirmed = new TaskCompletionSource();
        await RegisterAsync("n2");
        (SchemaLog log, _) = await StartAsync("n1", (_, revision, _) =>
        {
            asked.SetResult(revision);
            return confirmed.Task;
        });

        Task<bool> commit = log.TryCommitAsync(Put("Book", "class", "v1"), log.Version, None);
        long revision = await asked.Task;
        bool isEarly = commit.IsCompleted;
        confirmed.SetResult();

        Assert.True(await commit);
        Assert.False(isEarly);
        Assert.Equal(log.Version, revision);
    }

    [Fact]
    public async Task Member_ThatDoesNotConfirm_IsWaitedForUntilItsLeaseEnds()
    {
        Registration silent = await RegisterAsync("n2");
        var asked = new TaskCompletionSource();
        (SchemaLog log, _) = await StartAsync("n1", (_, _, _) =>
        {
            asked.TrySetResult();
            throw new HttpRequestException("nobody there");
        });

        Task<bool> commit = log.TryCommitAsync(Put("Book", "class", "v1"), log.Version, None);
        await asked.Task;
        bool isEarly = commit.IsCompleted;
        await silent.DisposeAsync();

        Assert.True(await commit);
        Assert.False(isEarly);
    }

    [Fact]
    public async Task Change_WhileTheStoreIsBehindThisNode_IsRefusedAtOnce()
    {
        (SchemaLog log, _) = await StartAsync("n1");
        await log.TryCommitAsync(Put("Book", "class", "v1"), log.Version, None);

        RequestException refusal = await Assert.ThrowsAsync<RequestException>(
            () => log.TryCommitAsync(Put("Book", "class", "v2"), log.Version + 1000, None));

        Assert.Equal(503, refusal.Status);
        Assert.Contains("lost", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_ThatIsDeleted_ChangesNothingAndRefusesChanges()
    {
        (SchemaLog log, RecordingReplica replica) = await StartAsync("n1");
        await log.TryCommitAsync(Put("Book", "class", "v1"), log.Version, None);
        replica.RefusesReplacements = true;

        await _store.CommitAsync(new ClusterTransaction { Deletes = [Keys.Schema] }, None);
        await Eventually.TrueAsync(() => !replica.Problems.IsEmpty);
        RequestException refusal = await Assert.ThrowsAsync<RequestException>(() => log.TryCommitAsync(Put("Book", "class", "v2"), log.Version, None));

        Assert.Equal(503, refusal.Status);
        Assert.Equal("v1", replica.Entries["Book/class"]);
    }

    [Fact]
    public async Task Change_ThatIsTooLargeForTheStore_IsRefusedClearly()
    {
        (SchemaLog log, _) = await StartAsync("n1");
        var change = new SchemaChange([.. Enumerable.Range(0, 200).Select(i => new SchemaEntry("Book", $"tenant/{i}", "HOT"u8.ToArray()))]);

        RequestException refusal = await Assert.ThrowsAsync<RequestException>(() => log.TryCommitAsync(change, log.Version, None));

        Assert.Contains("too large", refusal.Message, StringComparison.Ordinal);
    }

    private static InProcessClusterStore CreateStore() => new(TimeProvider.System);

    private static SchemaChange Put(string className, string key, string value) =>
        SchemaChange.Of(className, key, System.Text.Encoding.ASCII.GetBytes(value));

    private async Task<(SchemaLog Log, RecordingReplica Replica)> StartAsync(
        string name, Func<Uri, long, CancellationToken, Task>? ask = null, IClusterStore? store = null)
    {
        var replica = new RecordingReplica();
        var members = new MemberDirectory(_store, Keys, TimeProvider.System);
        var witnesses = new SchemaWitnesses(name, members, ask ?? ((_, _, _) => Task.CompletedTask), TimeProvider.System);
        var log = new SchemaLog(store ?? _store, Keys, replica, witnesses, () => [name], TimeProvider.System);
        _owned.AddRange([members, log]);
        await log.CatchUpAsync(None);
        return (log, replica);
    }

    private async Task<Registration> RegisterAsync(string name)
    {
        var node = new Registration(
            _store, Keys, name, new MemberRecord(new Uri("http://localhost:1"), Guid.NewGuid(), "test"), TimeSpan.FromSeconds(60), TimeProvider.System);
        _owned.Add(node);
        await node.StartAsync(_ => Task.CompletedTask, () => { }, () => { }, None);
        return node;
    }
}
