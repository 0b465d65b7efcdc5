namespace Basalt.Engine;

/// <summary>How a <see cref="SnapshotHandle"/> is taken.</summary>
public sealed record SnapshotOptions
{
    /// <summary>The shortest lease: 1 second.</summary>
    public static readonly TimeSpan MinimumTimeToLive = TimeSpan.FromSeconds(1);

    /// <summary>The longest lease without renewal: 30 days.</summary>
    public static readonly TimeSpan MaximumTimeToLive = TimeSpan.FromDays(30);

    /// <summary>Who holds the lease, for lists and logs: 1 to 256 characters.</summary>
    public required string Owner { get; init; }

    /// <summary>How long segments stay pinned without renewal, counted from when the snapshot is there. One hour unless told.</summary>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Names of the keyspaces wanted; null means all. The cut is one instant for all of them in either case.</summary>
    public IReadOnlyCollection<string>? Keyspaces { get; init; }

    /// <summary>
    /// Called when the cut is made, before what was in memory is flushed: writes from then on are not in the snapshot. It has to return quickly
    /// and without an exception; the call may still fail afterwards.
    /// </summary>
    public Action? OnCut { get; init; }

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Owner);
        if (Owner.Length > 256)
        {
            throw new ArgumentOutOfRangeException(nameof(Owner), Owner.Length, "SnapshotOptions.Owner takes 1 to 256 characters.");
        }

        if (TimeToLive < MinimumTimeToLive || TimeToLive > MaximumTimeToLive)
        {
            throw new ArgumentOutOfRangeException(
                nameof(TimeToLive), TimeToLive, $"SnapshotOptions.TimeToLive takes {MinimumTimeToLive} to {MaximumTimeToLive}.");
        }
    }
}
