namespace Basalt.Bench.Workloads;

/// <summary>How much each workload does.</summary>
internal sealed record BenchScale
{
    public required string Name { get; init; }

    /// <summary>Entries of a put run that writes as fast as it can.</summary>
    public required long PutEntries { get; init; }

    /// <summary>Entries of a put run that no goal rests on.</summary>
    public required long SideEntries { get; init; }

    /// <summary>Alternating runs per store of a case that a goal rests on.</summary>
    public required int Runs { get; init; }

    /// <summary>Alternating runs per store of any other case.</summary>
    public required int SideRuns { get; init; }

    /// <summary>Time of one run of reads or of synced writes.</summary>
    public required TimeSpan RunTime { get; init; }

    /// <summary>Entries of 100 bytes that reads find.</summary>
    public required long ReadEntries { get; init; }

    public static BenchScale Quick { get; } = new()
    {
        Name = "quick",
        PutEntries = 1_000_000,
        SideEntries = 500_000,
        Runs = 5,
        SideRuns = 3,
        RunTime = TimeSpan.FromSeconds(1),
        ReadEntries = 1_000_000,
    };

    public static BenchScale Full { get; } = new()
    {
        Name = "full",
        PutEntries = 10_000_000,
        SideEntries = 5_000_000,
        Runs = 7,
        SideRuns = 5,
        RunTime = TimeSpan.FromSeconds(5),
        ReadEntries = 10_000_000,
    };

    /// <summary>To see that everything runs; its figures mean nothing.</summary>
    public static BenchScale Smoke { get; } = new()
    {
        Name = "smoke",
        PutEntries = 20_000,
        SideEntries = 10_000,
        Runs = 2,
        SideRuns = 1,
        RunTime = TimeSpan.FromMilliseconds(100),
        ReadEntries = 20_000,
    };
}
