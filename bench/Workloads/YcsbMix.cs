namespace Basalt.Bench.Workloads;

/// <summary>One of YCSB's core workloads.</summary>
/// <param name="Name">Its letter and content.</param>
/// <param name="Reads">Percent of reads.</param>
/// <param name="Updates">Percent of overwrites.</param>
/// <param name="Inserts">Percent of new keys.</param>
/// <param name="Scans">Percent of scans of 1 to 100 entries.</param>
/// <param name="ReadModifyWrites">Percent of reads followed by a write of the same key.</param>
/// <param name="ReadsLatest">Whether the newest keys are the popular ones.</param>
internal sealed record YcsbMix(string Name, int Reads, int Updates, int Inserts, int Scans, int ReadModifyWrites, bool ReadsLatest = false)
{
    /// <summary>All, in the order that YCSB recommends: those that insert come last.</summary>
    public static IReadOnlyList<YcsbMix> All { get; } =
    [
        new("A: 50 % reads, 50 % updates", 50, 50, 0, 0, 0),
        new("B: 95 % reads, 5 % updates", 95, 5, 0, 0, 0),
        new("C: reads", 100, 0, 0, 0, 0),
        new("F: 50 % reads, 50 % read-modify-writes", 50, 0, 0, 0, 50),
        new("D: 95 % reads of the latest, 5 % inserts", 95, 0, 5, 0, 0, ReadsLatest: true),
        new("E: 95 % scans of 1 to 100, 5 % inserts", 0, 0, 5, 95, 0),
    ];
}
