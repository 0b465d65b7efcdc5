using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Basalt.Bench.Targets;
using Basalt.Bench.Workloads;

namespace Basalt.Bench;

/// <summary><c>hold</c>: writes into a store, says so and waits to be killed. The benchmark runs it as a process of its own.</summary>
internal static class HoldCommand
{
    private const string Ready = "ready";

    private static readonly IStoreKind[] Kinds = [new BasaltKind(), new RocksDbKind()];

    public static Command Create()
    {
        Argument<string> kind = new("store");
        Argument<string> path = new("path");
        Argument<long> entries = new("entries");
        Command command = new("hold", "Writes into a store and waits to be killed.") { kind, path, entries };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            IStore store = Kinds.Single(each => each.Name == parsed.GetValue(kind)).Open(parsed.GetValue(path)!, new StoreOptions());
            LoadedStore.Fill(store, 0, parsed.GetValue(entries), OpenWorkload.ValueBytes);
            Console.Out.WriteLine(Ready);
            Console.Out.Flush();
            Thread.Sleep(Timeout.Infinite);
            GC.KeepAlive(store);
        });
        return command;
    }

    /// <summary>Runs the command on a closed store and kills it as soon as it has written.</summary>
    public static void WriteAndKill(IStoreKind kind, string path, long entries)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(HoldCommand).Assembly.Location);
        }

        foreach (string argument in new[] { "hold", kind.Name, path, entries.ToString(CultureInfo.InvariantCulture) })
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        string? line = process.StandardOutput.ReadLine();
        process.Kill();
        process.WaitForExit();
        if (line != Ready)
        {
            throw new InvalidOperationException($"The process that was to be killed ended by itself with exit code {process.ExitCode}.");
        }
    }
}
