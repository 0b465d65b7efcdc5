using System.CommandLine;
using Basalt.Bench.Workloads;

namespace Basalt.Bench;

/// <summary><c>compare</c>: workloads against all stores, and the report.</summary>
internal static class CompareCommand
{
    public static Command Create()
    {
        Option<bool> full = new("--full") { Description = "Large data and long runs; takes hours." };
        Option<bool> quick = new("--quick") { Description = "Under 15 minutes on two cores. The default." };
        Option<bool> smoke = new("--smoke") { Description = "A minute or two, to see that everything runs; its figures mean nothing." };
        string[] names = [.. Comparison.Workloads.Select(each => each.Name)];
        Option<string[]> only = new("--only") { Description = $"A workload to run; may be given again. {string.Join(", ", names)}.", AllowMultipleArgumentsPerToken = true };
        only.AcceptOnlyFromAmong(names);
        Option<string> data = new("--data")
        {
            Description = "Folder for the stores, on the disk to measure; a folder inside it is made and removed.",
            DefaultValueFactory = _ => Path.GetTempPath(),
        };
        Option<string?> output = new("--out")
        {
            Description = "Folder for report.md, plots, histograms.json and goals.json. Unless told, bench/results for a run of all workloads, none otherwise.",
        };
        Option<bool> assert = new("--assert") { Description = "End with exit code 1 if a goal that was measured is not met." };
        Command command = new("compare", "Runs workloads against Basalt, RocksDB and SQLite.") { full, quick, smoke, only, data, output, assert };
        command.SetAction(parsed =>
        {
            BenchScale scale = parsed.GetValue(full) ? BenchScale.Full : parsed.GetValue(smoke) ? BenchScale.Smoke : BenchScale.Quick;
            Comparison comparison = new(scale, parsed.GetValue(only) ?? [], parsed.GetValue(output));
            bool reached = comparison.Run(parsed.GetValue(data)!);
            return parsed.GetValue(assert) && !reached ? 1 : 0;
        });
        return command;
    }
}
