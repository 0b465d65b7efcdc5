namespace Basalt.Server.Tests.KillMatrix;

/// <summary>
/// The steps in front of or behind which the server is killed: a few, evenly spread, unless <c>BASALT_KILL_MATRIX=full</c> asks for each one.
/// </summary>
public static class KillPoints
{
    /// <summary>More steps than an operation has; those behind its last one are passed over.</summary>
    private const int Most = 100;

    /// <summary>Whether each step is wanted.</summary>
    public static bool IsFull { get; } = Environment.GetEnvironmentVariable("BASALT_KILL_MATRIX") == "full";

    /// <summary>Requests to a store: it acts before every second kill.</summary>
    public static TheoryData<KillPoint> Requests => IsFull
        ? [.. Enumerable.Range(0, Most).SelectMany(step => new KillPoint[] { new(step, 0, false), new(step, 0, true) })]
        : [.. Enumerable.Range(0, 4).Select(step => new KillPoint(step, 4, step % 2 == 1))];

    /// <summary>Calls of the system.</summary>
    public static TheoryData<KillPoint> Calls => IsFull
        ? [.. Enumerable.Range(0, Most).Select(step => new KillPoint(step, 0, false))]
        : [.. Enumerable.Range(0, 3).Select(step => new KillPoint(step, 3, false))];
}
