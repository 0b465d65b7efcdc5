namespace Basalt.Bench.Reports.Goals;

/// <summary>One condition of a goal.</summary>
/// <param name="Name">What is compared.</param>
/// <param name="Unit">Unit of the three figures.</param>
/// <param name="Goal">The bound.</param>
/// <param name="Value">What was measured; NaN if it was not.</param>
/// <param name="Peer">What RocksDB measured in the same unit; NaN if there is nothing to compare.</param>
/// <param name="AtLeast">Whether larger is better.</param>
internal sealed record Criterion(string Name, string Unit, double Goal, double Value, double Peer, bool AtLeast)
{
    public bool IsMeasured => double.IsFinite(Value) && double.IsFinite(Goal);

    public bool IsMet => IsMeasured && (AtLeast ? Value >= Goal : Value <= Goal);

    /// <summary>1 at the bound, more beyond it.</summary>
    public double Margin => !IsMeasured ? 0 : AtLeast ? Value / Goal : Goal / Math.Max(Value, double.Epsilon);

    public string GoalText => $"{(AtLeast ? ">=" : "<=")} {Figures.Significant(Goal)} {Unit}";

    public string ValueText => IsMeasured ? $"{Figures.Significant(Value)} {Unit}" : "not measured";

    public string PeerText => double.IsFinite(Peer) ? $"{Figures.Significant(Peer)} {Unit}" : "";
}
