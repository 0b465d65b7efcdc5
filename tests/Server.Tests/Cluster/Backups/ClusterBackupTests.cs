using Basalt.Backup;
using Basalt.Backup.Tests.Support;
using Basalt.Server.Cluster;
using Basalt.Server.Cluster.Backups;
using Basalt.Tests.Support;

namespace Basalt.Server.Tests.Cluster.Backups;

/// <summary>The driver on the store: several nodes in one process, killed at each of their steps.</summary>
public sealed class ClusterBackupTests : DisposableTest
{
    private readonly FakeCluster _cluster = new(nodes: 3);

    [Fact]
    public async Task Create_ByThreeNodes_CommitsAndSettlesAll()
    {
        OperationPlan plan = _cluster.Plan();

        await _cluster["n2"].Backups.StartAsync(plan, CancellationToken.None);
        OperationRecord end = await _cluster.EndOfAsync(plan, "n3");

        Assert.Equal((OperationPhase.Done, BackupState.Success), (end.Phase, _cluster.Repository.OutcomeOf("b1")));
        await Eventually.TrueAsync(() => _cluster.Processes.All(process => process.Work.Settled == (plan.Operation, true)));
        Assert.All(plan.Participants, node => Assert.Null(_cluster.DiskOf(node).Cut));
        Assert.All(plan.Participants, node => Assert.All(_cluster.DiskOf(node).Cuts.Values, count => Assert.Equal(1, count)));
        OperationStatus status = (await _cluster["n1"].Backups.ReadStatusAsync(CancellationToken.None))!;
        Assert.All(plan.Participants, node => Assert.Equal(NodeState.Transferred, status.Reports[node].State));
        await Eventually.TrueAsync(() => _cluster["n1"].Backups.Control.Current.LockRevision == 0);
    }

    [Fact]
    public async Task Restore_ByThreeNodes_PublishesWithTheRecord()
    {
        OperationPlan plan = _cluster.Plan(OperationKind.Restore);

        await _cluster["n1"].Backups.StartAsync(plan, CancellationToken.None);
        OperationRecord end = await _cluster.EndOfAsync(plan, "n1");

        Assert.Equal(OperationPhase.Done, end.Phase);
        ClusterEntry published = (await _cluster.Store.FindAsync("/c/published", CancellationToken.None))!;
        ClusterEntry record = (await _cluster.Store.FindAsync(_cluster.Keys.Record, CancellationToken.None))!;
        Assert.Equal(record.ModRevision, published.ModRevision);
        await Eventually.TrueAsync(() => _cluster.Processes.All(process => process.Work.Settled == (plan.Operation, true)));
        Assert.All(plan.Participants, node => Assert.Equal(plan.Operation, _cluster.DiskOf(node).Staged));
    }

    [Fact]
    public async Task Restore_WhenANodeFails_DropsWhatTheOthersStaged()
    {
        _cluster["n3"].Work.Before = async (_, _) =>
        {
            await Eventually.TrueAsync(() => _cluster.DiskOf("n1").Staged is not null);
            throw new BackupException(BackupError.InsufficientSpace, "The disk is full.");
        };
        OperationPlan plan = _cluster.Plan(OperationKind.Restore);

        await _cluster["n1"].Backups.StartAsync(plan, CancellationToken.None);
        OperationRecord end = await _cluster.EndOfAsync(plan, "n2");

        Assert.Equal(OperationPhase.Failed, end.Phase);
        Assert.Contains("node 'n3': The disk is full.", end.Error!, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => plan.Participants.All(node => _cluster.DiskOf(node).Staged is null));
        Assert.Null(await _cluster.Store.FindAsync("/c/published", CancellationToken.None));
    }

    [Fact]
    public async Task Create_ThatCannotBeToldToItsRepository_EndsAllTheSame()
    {
        _cluster.Repository.Damage = new BackupException(BackupError.Corrupted, "The claim is damaged.");
        _cluster["n3"].Work.Before = (_, _) => throw new BackupException(BackupError.InsufficientSpace, "The disk is full.");
        OperationPlan plan = _cluster.Plan();

        await _cluster["n1"].Backups.StartAsync(plan, CancellationToken.None);
        OperationRecord end = await _cluster.EndOfAsync(plan, "n2");

        Assert.Equal(OperationPhase.Failed, end.Phase);
        Assert.Contains("The disk is full.", end.Error!, StringComparison.Ordinal);
        Assert.Contains("The claim is damaged.", end.Error!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restore_WhoseCoordinatorDies_IsNotPublishedByANodeThatCameLater()
    {
        OperationPlan plan = _cluster.Plan(OperationKind.Restore) with { Participants = ["n1"] };
        _cluster["n1"].Work.Before = (_, token) => Task.Delay(Timeout.InfiniteTimeSpan, token);
        await _cluster["n1"].Backups.StartAsync(plan, CancellationToken.None);
        await Eventually.TrueAsync(() => _cluster["n3"].Backups.Control.Current.LockRevision > 0);
        long first = _cluster["n3"].Backups.Control.Current.LockRevision;

        _cluster.Kill("n1");
        await Eventually.TrueAsync(() => _cluster["n3"].Backups.Control.Current.LockRevision > first);
        _cluster.Start("n1");
        OperationRecord end = await _cluster.EndOfAsync(plan, "n3");

        Assert.Equal((OperationPhase.Done, "n1"), (end.Phase, end.Coordinator));
    }

    [Fact]
    public async Task Restore_WhoseNodesAreAllGoneBeforeItIsPublished_EndsFailed()
    {
        _cluster.Limits = _cluster.Limits with { Absence = TimeSpan.FromMilliseconds(300) };
        foreach (string node in (string[])["n2", "n3"])
        {
            _cluster.Kill(node);
            _cluster.Start(node);
        }

        var reached = new TaskCompletionSource();
        _cluster.Repository.BeforePublish = (_, _) =>
        {
            reached.TrySetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan);
        };
        OperationPlan plan = _cluster.Plan(OperationKind.Restore) with { Participants = ["n1"] };
        await _cluster["n1"].Backups.StartAsync(plan, CancellationToken.None);
        await reached.Task.WaitAsync(FakeCluster.Patience);

        _cluster.Kill("n1");
        OperationRecord end = await _cluster.EndOfAsync(plan, "n3");

        Assert.Equal(OperationPhase.Failed, end.Phase);
        Assert.Contains("none of the nodes", end.Error!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restore_OnANodeThatCannotEndAnEarlierOne_FailsAndNamesIt()
    {
        _cluster["n2"].Work.SettleFailure = new TimeoutException("The schema does not come.");
        OperationPlan plan = _cluster.Plan(OperationKind.Restore);

        await _cluster["n1"].Backups.StartAsync(plan, CancellationToken.None);
        OperationRecord end = await _cluster.EndOfAsync(plan, "n1");

        Assert.Equal(OperationPhase.Failed, end.Phase);
        Assert.Contains("'n2'", end.Error!, StringComparison.Ordinal);
        Assert.Contains("The schema does not come.", end.Error!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WhileAnotherRuns_IsRefusedAndTakesTheNextAfterIt()
    {
        var held = new TaskCompletionSource();
        _cluster["n1"].Work.Before = (step, token) => step == ShareStep.Transfer ? held.Task.WaitAsync(token) : Task.CompletedTask;
        OperationPlan first = _cluster.Plan();
        await _cluster["n1"].Backups.StartAsync(first, CancellationToken.None);

        OperationInProgressException refused = await Assert.ThrowsAsync<OperationInProgressException>(
            () => _cluster["n2"].Backups.StartAsync(_cluster.Plan(id: "b2"), CancellationToken.None));

        Assert.Equal("b1", refused.Running.Id);
        held.SetResult();
        await _cluster.EndOfAsync(first, "n2");
        OperationPlan second = _cluster.Plan(id: "b2");
        await _cluster["n2"].Backups.StartAsync(second, CancellationToken.None);
        Assert.Equal(OperationPhase.Done, (await _cluster.EndOfAsync(second, "n1")).Phase);
    }

    [Theory]
    [InlineData((int)ShareStep.Prepare)]
    [InlineData((int)ShareStep.Cut)]
    [InlineData((int)ShareStep.Transfer)]
    public async Task Cancel_FromAnotherNode_StopsTheWorkAndEndsInTheRepository(int at)
    {
        var reached = new TaskCompletionSource();
        _cluster["n3"].Work.Before = (step, token) =>
        {
            if ((int)step != at)
            {
                return Task.CompletedTask;
            }

            reached.TrySetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, token);
        };
        OperationPlan plan = _cluster.Plan();
        await _cluster["n1"].Backups.StartAsync(plan, CancellationToken.None);
        await reached.Task.WaitAsync(FakeCluster.Patience);

        await _cluster["n2"].Backups.CancelAsync(plan.Operation, CancellationToken.None);

        Assert.Equal(OperationPhase.Canceled, (await _cluster.EndOfAsync(plan, "n2")).Phase);
        Assert.Equal(BackupState.Canceled, _cluster.Repository.OutcomeOf("b1"));
        await Eventually.TrueAsync(() => plan.Participants.All(node => _cluster.DiskOf(node).Cut is null));
    }

    [Fact]
    public async Task Cancel_WhileCommitting_InterruptsTheCommit()
    {
        var reached = new TaskCompletionSource();
        _cluster.Repository.BeforeCommit = () =>
        {
            reached.TrySetResult();
            return new TaskCompletionSource().Task;
        };
        OperationPlan plan = _cluster.Plan();
        await _cluster["n1"].Backups.StartAsync(plan, CancellationToken.None);
        await reached.Task.WaitAsync(FakeCluster.Patience);

        await _cluster["n2"].Backups.CancelAsync(plan.Operation, CancellationToken.None);

        Assert.Equal(OperationPhase.Canceled, (await _cluster.EndOfAsync(plan, "n3")).Phase);
    }

    [Fact]
    public async Task Create_WhenTheIdIsTaken_FailsAndSaysSo()
    {
        OperationPlan first = _cluster.Plan();
        await _cluster["n1"].Backups.StartAsync(first, CancellationToken.None);
        await _cluster.EndOfAsync(first, "n1");
        OperationPlan second = _cluster.Plan();

        await _cluster["n1"].Backups.StartAsync(second, CancellationToken.None);
        OperationRecord end = await _cluster.EndOfAsync(second, "n1");

        Assert.Equal(OperationPhase.Failed, end.Phase);
        Assert.Contains("already exists", end.Error!, StringComparison.Ordinal);
        Assert.Equal(BackupState.Success, _cluster.Repository.OutcomeOf("b1"));
    }

    public override ValueTask DisposeAsync() => _cluster.DisposeAsync();
}
