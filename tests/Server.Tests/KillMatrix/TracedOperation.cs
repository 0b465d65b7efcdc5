using System.Globalization;
using Basalt.Call.Tracer;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.KillMatrix;

/// <summary>A backup or restore by a server whose calls of the system are counted.</summary>
/// <param name="Template">The data directory that it begins with.</param>
/// <param name="Call">The call.</param>
/// <param name="Path">Where it is asked for.</param>
/// <param name="Body">With what.</param>
/// <param name="Status">Where it says how it stands.</param>
internal sealed record TracedOperation(string Template, string Call, string Path, string Body, string Status)
{
    /// <summary>How many such calls the server makes before it.</summary>
    public long Before { get; init; }

    /// <summary>How many in it.</summary>
    public int Calls { get; init; }

    /// <summary>Runs a server that is killed before the n-th of such calls, and asks it for the operation.</summary>
    /// <returns>Whether it was killed; how many such calls came before the operation, and how many in it.</returns>
    public async Task<(bool IsKilled, long Before, long Calls)> RunAsync(string data, long fatal)
    {
        string count = $"{data}.count";
        await using ServerProcess server = await ServerProcess.StartAsync(
            data, environment: null, "dotnet", typeof(CallTracer).Assembly.Location, Call, fatal.ToString(CultureInfo.InvariantCulture), count);
        long before = CountFile.Read(count);
        try
        {
            (await server.Client.PostAsync(Path, Body)).Expect(200);
            await StoppedImport.EndAsync(server.Client, Status);
            return (false, before, CountFile.Read(count) - before);
        }
        catch (HttpRequestException)
        {
            // It is gone.
            return (true, before, 0);
        }
    }
}
