using Basalt.Bench.Workloads;

namespace Basalt.Bench.Reports.Goals;

/// <summary>What Basalt wants to reach on two cores, all of it ratios against a peer of the same run or bounds of its own; medians over the runs.</summary>
internal sealed class GoalTable(ReportData report, BenchScale scale)
{
    private const string Basalt = "Basalt";
    private const string Peer = "RocksDB";
    private const double Microsecond = 1e3;
    private const double Millisecond = 1e6;
    private const double MiB = 1 << 20;

    private static readonly string[] Reads = [GetsWorkload.Cached, GetsWorkload.LargerThanCache, GetsWorkload.Absent];

    public IReadOnlyList<Goal> Evaluate() =>
    [
        new("random puts, Buffered, 1 writer, 100 B",
        [
            Ratio("throughput", "puts", PutsWorkload.Random, 5),
            NotAbovePeer("p99", PutsWorkload.Random, 99),
            NotAbovePeer("p99.9", PutsWorkload.Random, 99.9),
            Longest("longest put, median of the runs", "puts", PutsWorkload.Random, 5),
        ]),
        new("random puts, Sync, 1 and 4 writers",
        [
            Ratio("throughput, 1 writer", "puts", PutsWorkload.SyncOne, 1),
            Ratio("throughput, 4 writers", "puts", PutsWorkload.SyncFour, 1.3),
        ]),
        new("batches of 100, Buffered", [Ratio("throughput", "puts", PutsWorkload.Batches, 2)]),
        new("random gets, cached / 4x cache / absent", [.. Reads.Zip([2.5, 1.0, 2.5], (name, goal) => Ratio(name, "gets", name, goal))]),
        new("scans", [Ratio(ScansWorkload.Short, "scans", ScansWorkload.Short, 1.5), Ratio(ScansWorkload.Long, "scans", ScansWorkload.Long, 1.5)]),
        new("steady overwrite",
        [
            FigureNotAbovePeer(OverwriteWorkload.WriteAmplification),
            FigureNotAbovePeer(OverwriteWorkload.SpaceAmplification),
            Longest("longest stall at full speed, median of the runs", "overwrite", OverwriteWorkload.AtFullSpeed, 10),
            Longest("longest stall at a steady rate, median of the runs", "overwrite", OverwriteWorkload.AtSteadyRate, 10),
        ]),
        new("writers' pause at the cut, p99", [.. Pauses()]),
        new("write p99.9 during a full backup over idle", [.. scale.WriteRates.Where(rate => rate <= scale.GoalRate).SelectMany(DuringBackup)]),
        new("backup and restore throughput, nobody writing",
        [
            Backup("backup over cp + sync", BackupWorkload.FullCase, BackupWorkload.OfCopy, "x", 0.9, atLeast: true),
            Backup("restore over cp + sync", BackupWorkload.RestoreCase, BackupWorkload.OfCopy, "x", 0.9, atLeast: true),
        ]),
        new("buffers of a backup", [Memory(scale.BackupBytes / 8), Memory(scale.BackupBytes)]),
        new("incremental after 1 % sequential change",
        [
            Backup("uploaded", BackupWorkload.SequentialCase, BackupWorkload.UploadedShare, "%", 5, atLeast: false),
            Backup("time of the full backup's", BackupWorkload.SequentialCase, BackupWorkload.TimeShare, "%", 10, atLeast: false),
        ]),
        new($"open after a clean close ({Figures.Bytes(scale.OpenBytes[^1])}, the most that this scale measures)", [Open()]),
    ];

    private Criterion Ratio(string name, string workload, string measured, double goal) =>
        new(name, "x RocksDB", goal, Throughput(workload, measured, Basalt) / Throughput(workload, measured, Peer), 1, AtLeast: true);

    private Criterion NotAbovePeer(string name, string measured, double percent)
    {
        double peer = Percentile("puts", measured, Peer, percent) / Microsecond;
        return new Criterion(name, "us", peer, Percentile("puts", measured, Basalt, percent) / Microsecond, peer, AtLeast: false);
    }

    private Criterion Longest(string name, string workload, string measured, double goal) =>
        new(name, "ms", goal, LongestCall(workload, measured, Basalt) / Millisecond, LongestCall(workload, measured, Peer) / Millisecond, AtLeast: false);

    private Criterion FigureNotAbovePeer(string figure)
    {
        double peer = Value("overwrite", OverwriteWorkload.AtFullSpeed, Peer, figure);
        return new Criterion(figure, "x", peer, Value("overwrite", OverwriteWorkload.AtFullSpeed, Basalt, figure), peer, AtLeast: false);
    }

    private IEnumerable<Criterion> Pauses() =>
        from data in scale.CutDataBytes
        from cuts in scale.Cuts
        let name = CutWorkload.Pause(data, cuts.FillMiB)
        select new Criterion(name, "us", 100, Percentile("cut", name, Basalt, 99) / Microsecond, double.NaN, AtLeast: false);

    private IEnumerable<Criterion> DuringBackup(int rate)
    {
        const string Workload = "write-during-backup";
        string during = WriteDuringBackupWorkload.Case(rate, BackupPhase.Full);
        yield return new Criterion(
            $"{rate / 1000} k/s, p99.9 over idle", "x", 1.25, Value(Workload, during, Basalt, WriteDuringBackupWorkload.OverIdle),
            Value(Workload, during, Peer, WriteDuringBackupWorkload.OverIdle), AtLeast: false);
        yield return Longest($"{rate / 1000} k/s, longest put, median of the runs", Workload, during, 10);
    }

    private Criterion Backup(string name, string measured, string figure, string unit, double goal, bool atLeast) =>
        new(name, unit, goal, Value("backup", measured, Basalt, figure), Value("backup", measured, Peer, figure), atLeast);

    private Criterion Memory(long bytes) =>
        new($"of {Figures.Bytes(bytes)}", "MiB", 64, Value("backup", BackupWorkload.BuffersCase(bytes), Basalt, BackupWorkload.Buffers) / MiB, double.NaN, AtLeast: false);

    private Criterion Open()
    {
        string name = OpenWorkload.Case(OpenWorkload.Clean, scale.OpenBytes[^1]);
        return new Criterion(
            "time", "ms", 1000, Value("open", name, Basalt, OpenWorkload.OpenTime) / Millisecond, Value("open", name, Peer, OpenWorkload.OpenTime) / Millisecond,
            AtLeast: false);
    }

    private double Throughput(string workload, string name, string store) => report.Find(workload, name, store)?.Throughput.Median ?? double.NaN;

    private double Percentile(string workload, string name, string store, double percent) =>
        report.Find(workload, name, store)?.Percentile(percent).Median ?? double.NaN;

    private double LongestCall(string workload, string name, string store) => report.Find(workload, name, store)?.Longest().Median ?? double.NaN;

    private double Value(string workload, string name, string store, string figure) =>
        report.FindFigure(workload, name, store, figure)?.Spread.Median ?? double.NaN;
}
