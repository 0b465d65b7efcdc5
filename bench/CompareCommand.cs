using System.CommandLine;
using Basalt.Bench.Reports;
using Basalt.Bench.Workloads;

namespace Basalt.Bench;

/// <summary><c>compare</c>: all workloads against all stores, and the report.</summary>
internal static class CompareCommand
{
    private static readonly Workload[] Workloads =
    [
        new PutsWorkload(), new GetsWorkload(), new ScansWorkload(), new ReadWhileWritingWorkload(), new YcsbWorkload(), new OverwriteWorkload(),
        new OpenWorkload(), new CutWorkload(), new BackupWorkload(), new WriteDuringBackupWorkload(),
    ];

    public static Command Create()
    {
        Option<bool> full = new("--full") { Description = "Large data and long runs; takes hours." };
        Option<bool> quick = new("--quick") { Description = "Under 15 minutes on two cores. The default." };
        Option<bool> smoke = new("--smoke") { Description = "A minute, to see that everything runs; its figures mean nothing." };
        Option<string[]> only = new("--only") { Description = $"Workloads to run: {string.Join(", ", Workloads.Select(each => each.Name))}." };
        only.AcceptOnlyFromAmong([.. Workloads.Select(each => each.Name)]);
        Option<string> data = new("--data")
        {
            Description = "Folder for the stores, on the disk to measure; a folder inside it is made and removed.",
            DefaultValueFactory = _ => Path.GetTempPath(),
        };
        Command command = new("compare", "Runs workloads against Basalt, RocksDB and SQLite.") { full, quick, smoke, only, data };
        command.SetAction(parsed =>
        {
            BenchScale scale = parsed.GetValue(full) ? BenchScale.Full : parsed.GetValue(smoke) ? BenchScale.Smoke : BenchScale.Quick;
            return Run(scale, parsed.GetValue(only) ?? [], parsed.GetValue(data)!);
        });
        return command;
    }

    private static int Run(BenchScale scale, string[] only, string data)
    {
        string folder = Path.Combine(Path.GetFullPath(data), $"basalt-bench-{Environment.ProcessId}");
        Directory.CreateDirectory(folder);
        try
        {
            ReportData report = new();
            using BenchContext context = new(scale, folder, report);
            Warmup.Run(context);
            foreach (Workload workload in Workloads.Where(each => only.Length == 0 || only.Contains(each.Name)))
            {
                if (!workload.UsesReadStores)
                {
                    context.ReleaseReadStores();
                }

                workload.Run(context);
                Print(report, workload);
            }

            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Print(ReportData report, Workload workload)
    {
        Console.WriteLine();
        if (report.Measurements.Any(each => each.Workload == workload.Name))
        {
            Console.WriteLine(TextTable.Format(MeasurementTable.Header, MeasurementTable.Rows(report, workload.Name)));
        }

        if (report.Figures.Any(each => each.Workload == workload.Name))
        {
            Console.WriteLine(TextTable.Format(FigureTable.Header, FigureTable.Rows(report, workload.Name)));
        }
    }
}
