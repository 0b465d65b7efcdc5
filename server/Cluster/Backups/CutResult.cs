namespace Basalt.Server.Cluster.Backups;

/// <summary>What came of a cut.</summary>
/// <param name="IsMade">Whether the node has a cut at the instant.</param>
/// <param name="Pause">How long writers were held, if it was made.</param>
/// <param name="Clock">Where the clock was, if it was past the instant.</param>
/// <param name="Classes">What tells the classes in the cut from others of their names (<see cref="CutClasses"/>); null if that is not known.</param>
internal readonly record struct CutResult(bool IsMade, TimeSpan Pause, long Clock, string? Classes)
{
    /// <summary>The cut was made.</summary>
    public static CutResult Made(TimeSpan pause, string? classes) => new(true, pause, 0, classes);

    /// <summary>It is too late for the instant; nothing was cut, or what was cut is given up.</summary>
    public static CutResult Passed(long clock) => new(false, TimeSpan.Zero, clock, null);
}
