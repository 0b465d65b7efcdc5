using System.Collections.Immutable;
using Basalt.Backup.Tests.Support;
using Basalt.Server.Api;
using Basalt.Server.Cluster;
using Basalt.Server.Cluster.Backups;

namespace Basalt.Server.Tests.Cluster.Backups;

/// <summary>What coordinators write before a restore is published is of no effect unless it is published, and does not stay.</summary>
public sealed class RestorePublicationTests : DisposableTest
{
    private readonly FakeCluster _cluster = new(nodes: 3);

    [Fact]
    public async Task Restore_ThatFailsWhilePublishing_LeavesNothingOfIt()
    {
        _cluster.Repository.BeforePublish = async (plan, fence) =>
        {
            Assert.True((await PutPartAsync(plan, fence)).Succeeded);
            throw RequestException.Unprocessable("an entry is too large");
        };
        OperationPlan plan = _cluster.Plan(OperationKind.Restore);

        await _cluster["n1"].Backups.StartAsync(plan, CancellationToken.None);
        OperationRecord end = await _cluster.EndOfAsync(plan, "n2");

        Assert.Equal((OperationPhase.Failed, "an entry is too large"), (end.Phase, end.Error));
        Assert.Null(await _cluster.Store.FindAsync(PartOf(plan), CancellationToken.None));
    }

    [Fact]
    public async Task Restore_WhoseCoordinatorIsReplacedWhilePublishing_TakesNothingMoreFromTheFormer()
    {
        ImmutableArray<ClusterCompare> former = [];
        _cluster.Repository.BeforePublish = async (plan, fence) =>
        {
            if (former.IsEmpty)
            {
                former = fence;
                Assert.True((await PutPartAsync(plan, fence)).Succeeded);
                _cluster.Kill("n1");
                throw new ClusterUnavailableException("The process is gone.");
            }

            Assert.False((await PutPartAsync(plan, former)).Succeeded);
            Assert.True((await PutPartAsync(plan, fence)).Succeeded);
        };
        OperationPlan plan = _cluster.Plan(OperationKind.Restore);

        await _cluster["n1"].Backups.StartAsync(plan, CancellationToken.None);
        OperationRecord end = await _cluster.EndOfAsync(plan, "n2");

        Assert.Equal((OperationPhase.Done, null), (end.Phase, end.Error));
        Assert.NotNull(await _cluster.Store.FindAsync(PartOf(plan), CancellationToken.None));
    }

    [Fact]
    public async Task Part_ThatArrivesAfterTheEnd_IsNotWritten()
    {
        ImmutableArray<ClusterCompare> late = [];
        _cluster.Repository.BeforePublish = (plan, fence) =>
        {
            late = fence;
            throw RequestException.Unprocessable("an entry is too large");
        };
        OperationPlan plan = _cluster.Plan(OperationKind.Restore);

        await _cluster["n1"].Backups.StartAsync(plan, CancellationToken.None);
        await _cluster.EndOfAsync(plan, "n1");

        Assert.False((await PutPartAsync(plan, late)).Succeeded);
        Assert.False((await PutPartAsync(plan, late[1..])).Succeeded);
    }

    public override ValueTask DisposeAsync() => _cluster.DisposeAsync();

    private static string PartOf(OperationPlan plan) => $"{FakeRepository.PartsOf(plan)}0";

    private Task<TransactionResult> PutPartAsync(OperationPlan plan, ImmutableArray<ClusterCompare> fence) => _cluster.Store.CommitAsync(
        new ClusterTransaction { Compares = fence, Puts = [new ClusterPut(PartOf(plan), "part"u8.ToArray())] }, CancellationToken.None);
}
