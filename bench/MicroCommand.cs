using System.CommandLine;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Basalt.Bench;

/// <summary><c>micro</c>: BenchmarkDotNet on the parts that the fast paths are made of.</summary>
internal static class MicroCommand
{
    public static Command Create()
    {
        Option<string> filter = new("--filter") { Description = "Benchmarks to run, as BenchmarkDotNet takes it.", DefaultValueFactory = _ => "*" };
        Option<bool> brief = new("--short") { Description = "Few iterations." };
        Command command = new("micro", "Micro-benchmarks: skip list, log append, block seek, CRC32C, LZ4, bloom filter, merge.") { filter, brief };
        command.SetAction(parsed =>
        {
            // In this process: a generated project would be built outside of the repository's settings and could not see internals.
            Job job = (parsed.GetValue(brief) ? Job.ShortRun : Job.Default).WithToolchain(InProcessEmitToolchain.Instance);
            ManualConfig config = DefaultConfig.Instance.AddJob(job).AddDiagnoser(MemoryDiagnoser.Default).HideColumns(Column.Job, Column.Toolchain);
            BenchmarkSwitcher.FromAssembly(typeof(MicroCommand).Assembly).Run(["--filter", parsed.GetValue(filter)!], config);
        });
        return command;
    }
}
