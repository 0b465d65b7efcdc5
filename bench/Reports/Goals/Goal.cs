namespace Basalt.Bench.Reports.Goals;

/// <summary>A row of the table of goals: met when all its conditions are.</summary>
internal sealed record Goal(string Name, IReadOnlyList<Criterion> Criteria)
{
    public bool IsMeasured => Criteria.All(criterion => criterion.IsMeasured);

    public bool IsMet => Criteria.All(criterion => criterion.IsMet);

    /// <summary>The condition that is missed by most, or met by least.</summary>
    public Criterion Deciding => Criteria.MinBy(criterion => criterion.Margin)!;
}
