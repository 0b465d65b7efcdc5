using Basalt.Server.Cluster;
using Basalt.Server.Cluster.Members;

namespace Basalt.Server.Tests.Cluster.Members;

/// <summary>One process per name, one data directory per name, and nobody serves who is not registered.</summary>
public sealed class RegistrationTests
{
    // A node that a busy machine holds up for so long would lose its name in the midst of a test.
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(4);
    private static readonly ClusterKeys Keys = new("/t");

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Node_ThatRegisters_IsSeenAndLeavesAtOnce()
    {
        await using var store = new InProcessClusterStore(TimeProvider.System);
        await using var members = new MemberDirectory(store, Keys, TimeProvider.System);
        Registration node = Create(store);

        await node.ClaimNameAsync(Guid.NewGuid(), None);
        await node.StartAsync(_ => Task.CompletedTask, () => { }, () => { }, None);
        await UntilAsync(members, () => members.Members.ContainsKey("n1"));
        bool isFencedWhileIn = node.IsFenced;
        await node.DisposeAsync();
        await UntilAsync(members, () => members.Members.IsEmpty);

        Assert.False(isFencedWhileIn);
        Assert.True(node.IsFenced);
    }

    [Fact]
    public async Task Name_WithAnotherDataDirectory_IsRefused()
    {
        await using var store = new InProcessClusterStore(TimeProvider.System);
        Guid database = Guid.NewGuid();
        await using Registration first = Create(store);
        string claim = await first.ClaimNameAsync(database, None);

        string again = await first.ClaimNameAsync(database, None);
        ClusterException refusal = await Assert.ThrowsAsync<ClusterException>(() => first.ClaimNameAsync(Guid.NewGuid(), None));

        Assert.Equal(claim, again);
        Assert.Contains(database.ToString("N"), refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Name_ThatIsInUse_IsRefusedAfterALeasesTime()
    {
        await using var store = new InProcessClusterStore(TimeProvider.System);
        await using Registration first = Create(store);
        await first.StartAsync(_ => Task.CompletedTask, () => { }, () => { }, None);
        await using Registration second = Create(store);

        ClusterException refusal = await Assert.ThrowsAsync<ClusterException>(() => second.StartAsync(_ => Task.CompletedTask, () => { }, () => { }, None));

        Assert.Contains("http://localhost:1", refusal.Message, StringComparison.Ordinal);
        Assert.True(second.IsFenced);
        Assert.False(first.IsFenced);
    }

    [Fact]
    public async Task Node_WhoseCatchingUpFails_IsNotRegistered()
    {
        await using var store = new InProcessClusterStore(TimeProvider.System);
        await using Registration node = Create(store);

        await Assert.ThrowsAsync<InvalidDataException>(
            () => node.StartAsync(_ => throw new InvalidDataException(), () => { }, () => { }, None));

        Assert.Null(await store.FindAsync(Keys.Member("n1"), None));
        Assert.True(node.IsFenced);
    }

    [Fact]
    public async Task Node_WhoseLeaseIsTakenAway_IsFencedAndComesBackAfterCatchingUp()
    {
        await using var store = new InProcessClusterStore(TimeProvider.System);
        await using Registration node = Create(store);
        var isFenced = new TaskCompletionSource();
        var isBack = new TaskCompletionSource();
        int caughtUp = 0;
        await node.StartAsync(
            _ =>
            {
                caughtUp++;
                return Task.CompletedTask;
            },
            isFenced.SetResult,
            isBack.SetResult,
            None);

        await store.RevokeLeaseAsync(node.Lease!.Id, None);
        await isFenced.Task;
        await isBack.Task;

        Assert.Equal(2, caughtUp);
        Assert.False(node.IsFenced);
        Assert.NotNull(await store.FindAsync(Keys.Member("n1"), None));
    }

    private static Registration Create(IClusterStore store) =>
        new(store, Keys, "n1", new MemberRecord(new Uri("http://localhost:1"), Guid.NewGuid(), "test"), Time, TimeProvider.System);

    private static async Task UntilAsync(MemberDirectory members, Func<bool> condition)
    {
        while (true)
        {
            Task changed = members.Changed;
            if (condition())
            {
                return;
            }

            await changed;
        }
    }
}
