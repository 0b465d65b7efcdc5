namespace Basalt.Server.Cluster.Backups;

/// <summary>The cluster's clock on this node, as cuts need it.</summary>
internal interface ICutClock
{
    /// <summary>The clock now: milliseconds in the upper 48 bits, a counter below.</summary>
    long Now { get; }

    /// <summary>Arms for an instant: nothing is let past it before the cut is made.</summary>
    /// <param name="instant">The instant.</param>
    /// <param name="cut">Begins the cut; its task ends when writes from then on are not inside any more.</param>
    /// <returns>Null if the clock is past the instant.</returns>
    IArmedCut? Arm(long instant, Func<Task> cut);
}
