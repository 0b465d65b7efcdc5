using System.Diagnostics;
using System.Globalization;
using System.Text;
using Basalt.Bench.Stress.Client;

namespace Basalt.Bench.Soak;

/// <summary>Reads figures of a server.</summary>
internal static class ServerFigures
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    /// <summary>The value of a metric without labels.</summary>
    public static async Task<double> ReadAsync(StressApi api, string metric)
    {
        StressAnswer answer = await api.ExpectAsync(HttpMethod.Get, "metrics", null, 200);
        string line = Encoding.UTF8.GetString(answer.Body).Split('\n').Single(each => each.StartsWith(metric + " ", StringComparison.Ordinal));
        return double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
    }

    /// <summary>Waits for the end of a backup or restore, which has to be a success.</summary>
    public static async Task AwaitSuccessAsync(StressApi api, string path, CancellationToken cancellationToken)
    {
        for (Stopwatch waiting = Stopwatch.StartNew(); waiting.Elapsed < Patience;)
        {
            StressAnswer answer = await api.ExpectAsync(HttpMethod.Get, path, null, 200);
            switch (answer.Json.GetProperty("status").GetString())
            {
                case "SUCCESS":
                    return;
                case "FAILED" or "CANCELED":
                    throw new UnexpectedAnswerException(answer);
                default:
                    await Task.Delay(20, cancellationToken);
                    break;
            }
        }

        throw new UnexpectedAnswerException($"{path} did not end within {Patience}.");
    }
}
