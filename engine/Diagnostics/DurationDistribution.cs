namespace Basalt.Engine;

/// <summary>How long something took, counted in classes of duration.</summary>
/// <param name="Bounds">The longest duration of each class but the last, ascending.</param>
/// <param name="Counts">How many there were in each class; the last has those that took longer than any bound.</param>
/// <param name="Total">All durations together.</param>
public sealed record DurationDistribution(IReadOnlyList<TimeSpan> Bounds, IReadOnlyList<long> Counts, TimeSpan Total);
