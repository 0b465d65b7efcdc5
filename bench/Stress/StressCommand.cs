using System.CommandLine;
using System.Globalization;
using Basalt.Bench.Stress.Client;

namespace Basalt.Bench.Stress;

/// <summary><c>stress</c>: a server under load is killed again and again, and must never lose, invent or mix up anything.</summary>
internal static class StressCommand
{
    /// <summary>The hidden command of the process that writes and knows what must be there.</summary>
    public const string ClientName = "stress-client";

    public static Command Create()
    {
        Option<double> minutes = new("--minutes") { Description = "How long.", DefaultValueFactory = _ => 1 };
        Option<int> seed = new("--seed") { Description = "Of all that is random.", DefaultValueFactory = _ => 1 };
        Option<int> workers = new("--workers") { Description = "Writers.", DefaultValueFactory = _ => 4 };
        Option<string> data = new("--data") { Description = "Folder for data, backups and logs; a folder inside it is made.", DefaultValueFactory = _ => Path.GetTempPath() };
        Command command = new("stress", "Writes, backs up and restores through REST, kills the server at random moments and checks everything.") { minutes, seed, workers, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string folder = string.Create(CultureInfo.InvariantCulture, $"basalt-stress-{Environment.ProcessId}");
            StressOptions options = new(
                Path.Combine(Path.GetFullPath(parsed.GetValue(data)!), folder), TimeSpan.FromMinutes(parsed.GetValue(minutes)), parsed.GetValue(seed))
            {
                Workers = parsed.GetValue(workers),
            };
            return (await new StressRun(options).RunAsync(cancellationToken)).Count == 0 ? 0 : 1;
        });
        return command;
    }

    public static Command CreateClient()
    {
        Argument<int> seed = new("seed");
        Argument<int> workers = new("workers");
        Command command = new(ClientName, "Writes to a server and checks it, as the supervisor says.") { seed, workers };
        command.Hidden = true;
        command.SetAction(async (parsed, cancellationToken) =>
        {
            StressClient client = new(parsed.GetValue(seed), parsed.GetValue(workers), Console.In, Console.Out);
            return await client.RunAsync(cancellationToken);
        });
        return command;
    }
}
