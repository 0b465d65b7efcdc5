using System.Text.Json.Nodes;
using Basalt.Bench.Load;
using Basalt.Bench.Reports;
using Basalt.Bench.Reports.Goals;
using Basalt.Bench.Workloads;

namespace Basalt.Bench.Tests;

public sealed class GoalTests
{
    [Theory]
    [InlineData(5.0, true)]
    [InlineData(4.99, false)]
    [InlineData(double.NaN, false)]
    public void Criterion_WhenLargerIsBetter_IsMetFromTheGoalOn(double value, bool met) =>
        Assert.Equal(met, new Criterion("throughput", "x", 5, value, 1, AtLeast: true).IsMet);

    [Theory]
    [InlineData(100, true)]
    [InlineData(100.1, false)]
    [InlineData(0, true)]
    [InlineData(double.NaN, false)]
    public void Criterion_WhenSmallerIsBetter_IsMetUpToTheGoal(double value, bool met) =>
        Assert.Equal(met, new Criterion("pause", "us", 100, value, double.NaN, AtLeast: false).IsMet);

    [Fact]
    public void Deciding_WhenConditionsAreMissedAndMet_IsTheOneMissedByMost()
    {
        Criterion missed = new("slow", "x", 2, 1, 1, AtLeast: true);
        Goal goal = new("reads", [new("fast", "x", 2, 9, 1, AtLeast: true), missed, new("nearly", "ms", 10, 11, 1, AtLeast: false)]);

        Assert.Same(missed, goal.Deciding);
        Assert.False(goal.IsMet);
    }

    [Fact]
    public void Evaluate_WhenNothingWasMeasured_HasEveryRowAndNoneMet()
    {
        IReadOnlyList<Goal> goals = new GoalTable(new ReportData(), BenchScale.Quick).Evaluate();

        Assert.Equal(12, goals.Count);
        Assert.All(goals, goal => Assert.False(goal.IsMet || goal.IsMeasured));
    }

    [Fact]
    public void Evaluate_WhenBatchesWereMeasured_ComparesMedians()
    {
        ReportData report = new();
        foreach (long entries in new[] { 100, 200, 900 })
        {
            report.Add("puts", PutsWorkload.Batches, "Basalt", Run(2 * entries));
            report.Add("puts", PutsWorkload.Batches, "RocksDB", Run(entries));
        }

        Goal goal = new GoalTable(report, BenchScale.Quick).Evaluate().Single(each => each.IsMeasured);

        Assert.Equal("batches of 100, Buffered", goal.Name);
        Assert.Equal(2, goal.Deciding.Value);
        Assert.True(goal.IsMet);
    }

    [Fact]
    public void Format_OfGoals_IsAnArrayWithTheFieldsOfARow()
    {
        Goal goal = new("scans", [new("10 entries", "x RocksDB", 1.5, 3, 1, AtLeast: true), new("1,000 entries", "x RocksDB", 1.5, double.NaN, 1, AtLeast: true)]);

        JsonNode entry = Assert.Single(JsonNode.Parse(GoalsFile.Format([goal]))!.AsArray())!;

        Assert.Equal("scans", (string?)entry["name"]);
        Assert.Equal("x RocksDB", (string?)entry["unit"]);
        Assert.Equal(1.5, (double?)entry["goal"]);
        Assert.Null(entry["value"]);
        Assert.Equal(1, (double?)entry["peer"]);
        Assert.False((bool?)entry["met"]);
        Assert.Equal(2, entry["criteria"]!.AsArray().Count);
    }

    private static LoadResult Run(long entries) => new(entries, TimeSpan.FromSeconds(1), new LatencyHistogram());
}
