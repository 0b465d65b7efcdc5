using System.CommandLine;

namespace Basalt.Bench.Soak;

/// <summary><c>soak</c> and <c>many</c>: a real server for a long time, and with very many classes and tenants.</summary>
internal static class SoakCommand
{
    public static Command Create()
    {
        Option<double> minutes = new("--minutes") { Description = "How long.", DefaultValueFactory = _ => 20 };
        Option<int> seed = new("--seed") { Description = "Of all that is random.", DefaultValueFactory = _ => 1 };
        Option<int> rate = new("--rate") { Description = "Requests a second.", DefaultValueFactory = _ => 300 };
        Option<string> data = DataOption();
        Command command = new("soak", "A steady load with backups, to see whether memory, files or latencies grow.") { minutes, seed, rate, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            SoakRun run = new(FolderIn(parsed.GetValue(data)!), TimeSpan.FromMinutes(parsed.GetValue(minutes)), parsed.GetValue(seed), parsed.GetValue(rate), Console.WriteLine);
            return (await run.RunAsync(cancellationToken)).Count == 0 ? 0 : 1;
        });
        return command;
    }

    public static Command CreateMany()
    {
        Option<int> classes = new("--classes") { Description = "Classes with one object each.", DefaultValueFactory = _ => 10_000 };
        Option<int> tenants = new("--tenants") { Description = "Tenants of one class with one object each.", DefaultValueFactory = _ => 10_000 };
        Option<string> data = DataOption();
        Command command = new("many", "Creates, restarts, lists, backs up and restores very many small classes and tenants.") { classes, tenants, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            ManyRun run = new(FolderIn(parsed.GetValue(data)!), parsed.GetValue(classes), parsed.GetValue(tenants), Console.WriteLine);
            return (await run.RunAsync(cancellationToken)).Count == 0 ? 0 : 1;
        });
        return command;
    }

    private static Option<string> DataOption() =>
        new("--data") { Description = "Folder for data and backups; a folder inside it is made and removed.", DefaultValueFactory = _ => Path.GetTempPath() };

    private static string FolderIn(string data) => Path.Combine(Path.GetFullPath(data), $"basalt-soak-{Environment.ProcessId}");
}
