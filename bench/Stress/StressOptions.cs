namespace Basalt.Bench.Stress;

/// <summary>What a stress run is told.</summary>
/// <param name="Folder">Where the data, the backups and the logs go; it is made, and removed after a run without failures.</param>
/// <param name="Duration">For how long there is load, restarts and checks included.</param>
/// <param name="Seed">Of all that is random.</param>
internal sealed record StressOptions(string Folder, TimeSpan Duration, int Seed)
{
    /// <summary>Writers, each with objects of its own.</summary>
    public int Workers { get; init; } = 4;

    /// <summary>The shortest and the longest time of load before the server is killed.</summary>
    public (TimeSpan Shortest, TimeSpan Longest) Round { get; init; } = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(15));

    /// <summary>Takes what is to be shown.</summary>
    public Action<string> Say { get; init; } = Console.WriteLine;
}
