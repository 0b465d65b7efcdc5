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

    /// <summary>Alternating runs per store of the overwrite workload, the longest of all.</summary>
    public required int OverwriteRuns { get; init; }

    /// <summary>Keys that are overwritten.</summary>
    public required long OverwriteEntries { get; init; }

    /// <summary>How often each key is overwritten, on average.</summary>
    public required int OverwriteRounds { get; init; }

    /// <summary>By how much trees of the overwrite workload are smaller than the default.</summary>
    public required int OverwriteDivisor { get; init; }

    /// <summary>Records of 1 KiB in YCSB.</summary>
    public required long YcsbRecords { get; init; }

    /// <summary>Alternating runs per store of each of YCSB's mixes.</summary>
    public int YcsbRuns { get; init; } = 1;

    /// <summary>Sizes of the data of which the time to open is measured.</summary>
    public required IReadOnlyList<long> OpenBytes { get; init; }

    /// <summary>Keys and values of the stores that are backed up, uncompressed.</summary>
    public required long BackupBytes { get; init; }

    /// <summary>Writes a second beside backups.</summary>
    public required IReadOnlyList<int> WriteRates { get; init; }

    /// <summary>The highest rate on which a goal rests; above it one run suffices.</summary>
    public int GoalRate { get; init; } = 20_000;

    /// <summary>How long each phase beside a writer lasts at least.</summary>
    public required TimeSpan PhaseTime { get; init; }

    /// <summary>Sizes of the data at which snapshots are taken.</summary>
    public required IReadOnlyList<long> CutDataBytes { get; init; }

    /// <summary>MiB in the memtable at a cut, and how many cuts.</summary>
    public required IReadOnlyList<(int FillMiB, int Cuts)> Cuts { get; init; }

    public static BenchScale Quick { get; } = new()
    {
        Name = "quick",
        PutEntries = 1_000_000,
        SideEntries = 250_000,
        Runs = 5,
        SideRuns = 2,
        RunTime = TimeSpan.FromSeconds(1),
        ReadEntries = 1_000_000,
        OverwriteRuns = 3,
        OverwriteEntries = 400_000,
        OverwriteRounds = 3,
        OverwriteDivisor = 16,
        YcsbRecords = 100_000,
        OpenBytes = [64L << 20, 1L << 30],
        BackupBytes = 256L << 20,
        WriteRates = [5_000, 20_000, 50_000],
        PhaseTime = TimeSpan.FromSeconds(1),
        CutDataBytes = [16L << 20, 512L << 20],
        Cuts = [(1, 100), (16, 100)],
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
        OverwriteRuns = 5,
        OverwriteEntries = 10_000_000,
        OverwriteRounds = 5,
        OverwriteDivisor = 1,
        YcsbRecords = 2_000_000,
        YcsbRuns = 5,
        OpenBytes = [256L << 20, 1L << 30, 10L << 30],
        BackupBytes = 4L << 30,
        WriteRates = [5_000, 20_000, 50_000],
        PhaseTime = TimeSpan.FromSeconds(20),
        CutDataBytes = [1L << 30, 4L << 30, 16L << 30],
        Cuts = [(1, 200), (16, 100), (56, 100)],
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
        OverwriteRuns = 1,
        OverwriteEntries = 20_000,
        OverwriteRounds = 2,
        OverwriteDivisor = 64,
        YcsbRecords = 5_000,
        OpenBytes = [8L << 20],
        BackupBytes = 16L << 20,
        WriteRates = [5_000, 20_000],
        PhaseTime = TimeSpan.FromMilliseconds(400),
        CutDataBytes = [4L << 20],
        Cuts = [(1, 10), (4, 3)],
    };
}
