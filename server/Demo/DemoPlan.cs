namespace Basalt.Server.Demo;

/// <summary>How much the demo does. The defaults show everything in well under a minute on two cores.</summary>
internal sealed record DemoPlan
{
    /// <summary>What is imported.</summary>
    public required IReadOnlyList<City> Cities { get; init; }

    /// <summary>How long the writer writes before it is measured: the first requests pay for compiling the code they run.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long it is measured before the first backup.</summary>
    public TimeSpan Baseline { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How long it writes between the backups.</summary>
    public TimeSpan BetweenBackups { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Objects in an import request.</summary>
    public int BatchObjects { get; init; } = 1000;

    /// <summary>Import requests at a time.</summary>
    public int ImportConnections { get; init; } = 2;

    /// <summary>Whether the server stays when all is done, and its data after that.</summary>
    public bool Keep { get; init; }
}
