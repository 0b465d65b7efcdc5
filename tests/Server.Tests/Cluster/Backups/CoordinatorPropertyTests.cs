using Basalt.Backup;
using Basalt.Server.Cluster.Backups;

namespace Basalt.Server.Tests.Cluster.Backups;

/// <summary>What holds of an operation in whatever order things happen to it.</summary>
public class CoordinatorPropertyTests
{
    private const int Runs = 1_500;

    [Fact]
    public void Create_HoweverThingsGo_EndsAsTheRepositorySays()
    {
        var ends = new Dictionary<OperationPhase, int>();
        for (int seed = 0; seed < Runs; seed++)
        {
            var model = new OperationModel(seed, OperationKind.Create);
            Disturb(model, seed);

            model.RunToEnd();

            Assert.True(model.Record.IsFinal, $"seed {seed}: still {model.Record.Phase}");
            Assert.Equal(model.Outcome == BackupState.Success, model.Record.Phase == OperationPhase.Done);
            Assert.True(!model.IsClaimed || model.Outcome is not null, $"seed {seed}: the attempt stays open");
            ends[model.Record.Phase] = ends.GetValueOrDefault(model.Record.Phase) + 1;
        }

        // A model in which nothing succeeds, or nothing fails, would show nothing.
        Assert.True(ends.GetValueOrDefault(OperationPhase.Done) > Runs / 10, string.Join(", ", ends));
        Assert.True(ends.GetValueOrDefault(OperationPhase.Failed) > 0 && ends.GetValueOrDefault(OperationPhase.Canceled) > 0, string.Join(", ", ends));
    }

    [Fact]
    public void Restore_HoweverThingsGo_EndsAndIsVisibleOnlyWhenAllNodesHaveIt()
    {
        for (int seed = 0; seed < Runs; seed++)
        {
            var model = new OperationModel(seed, OperationKind.Restore);
            Disturb(model, seed);

            model.RunToEnd();

            Assert.True(model.Record.IsFinal, $"seed {seed}: still {model.Record.Phase}");
            Assert.Equal(model.IsPublished, model.Record.Phase == OperationPhase.Done);
            Assert.True(!model.IsPublished || model.Nodes.Values.All(node => node.IsStaged), $"seed {seed}: published too early");
        }
    }

    [Theory]
    [InlineData((int)OperationKind.Create)]
    [InlineData((int)OperationKind.Restore)]
    public void Next_WhenANodeGoesForGood_FailsAndNamesIt(int kind)
    {
        int named = 0;
        for (int seed = 0; seed < Runs; seed++)
        {
            var model = new OperationModel(seed, (OperationKind)kind);
            string gone = model.Plan.Participants[^1];
            Disturb(model, seed, steps: seed % 60);
            OperationPhase before = model.Record.Phase;

            model.RunToEnd(gone);

            Assert.True(model.Record.IsFinal, $"seed {seed}: still {model.Record.Phase}");
            if (model.Record.Phase == OperationPhase.Failed && before is OperationPhase.Claiming or OperationPhase.Preparing or OperationPhase.Staging)
            {
                named += model.Record.Error!.Contains($"'{gone}'", StringComparison.Ordinal) ? 1 : 0;
            }

            Assert.Equal((OperationKind)kind == OperationKind.Create && model.Outcome == BackupState.Success || model.IsPublished, model.Record.Phase == OperationPhase.Done);
        }

        Assert.True(named > Runs / 10, $"{named} named");
    }

    [Fact]
    public void Next_AfterACancel_EndsCanceledOrAsItHadEnded()
    {
        for (int seed = 0; seed < Runs; seed++)
        {
            var model = new OperationModel(seed, OperationKind.Create);
            Disturb(model, seed, steps: seed % 150);
            bool hadEnded = model.Record.IsFinal || model.Outcome is not null;

            model.Cancel();
            model.RunToEnd();

            Assert.True(hadEnded ? model.Record.IsFinal : model.Record.Phase == OperationPhase.Canceled, $"seed {seed}: {model.Record.Phase}");
        }
    }

    private static void Disturb(OperationModel model, int seed, int? steps = null)
    {
        for (int step = 0; step < (steps ?? (seed * 7) % 400); step++)
        {
            model.StepAnything();
        }
    }
}
