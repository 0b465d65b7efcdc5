using System.Globalization;
using Basalt.Call.Tracer;
using Basalt.Crash.Writer;
using Basalt.Tests.Support;
using Xunit.Abstractions;

namespace Basalt.Crash.Tests;

/// <summary>
/// A process is killed in front of the n-th call of a kind, for every n with <c>BASALT_KILL_POINTS=full</c>, otherwise for a few (or as many as the
/// variable says) that lie evenly over its life; then everything that it was told is safe has to be there.
/// </summary>
public sealed class KillMatrixTests(ITestOutputHelper output) : IDisposable
{
    private const string Every = "full";

    /// <summary>How many calls there are differs a little from run to run: flushes and compactions are in the background.</summary>
    private const double CertainShare = 0.8;

    private static readonly string Points = Environment.GetEnvironmentVariable("BASALT_KILL_POINTS") ?? "3";

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [TracerTheory]
    [InlineData("fsync")]
    [InlineData("fdatasync")]
    [InlineData("rename")]
    [InlineData("pwrite64")]
    [InlineData("link")]
    [InlineData("unlink")]
    public async Task Database_WhenItsProcessIsKilledBeforeACall_HasAllThatWasDone(string call)
    {
        (int code, ReportedState undisturbed, long calls) = await RunAsync(call, 0);
        Assert.Equal(0, code);
        Assert.Contains(LifeScenario.DeleteFirst, undisturbed.Did);
        Assert.True(calls > 0, $"Nothing calls {call}.");
        long samples = Points == Every ? calls : long.Parse(Points, CultureInfo.InvariantCulture);
        long[] points = [.. Enumerable.Range(0, (int)samples).Select(sample => 1 + ((((2 * sample) + 1) * calls) / (2 * samples))).Distinct()];
        int killed = 0;
        List<string> failures = [];
        foreach (long point in points)
        {
            (code, ReportedState reported, _) = await RunAsync(call, point);
            killed += code == CallTracer.KilledBySignal ? 1 : 0;
            try
            {
                Assert.True(code == CallTracer.KilledBySignal || (code == 0 && point > calls * CertainShare), $"Exit code {code}.");
                await new LifeState(Folder(call, point), reported).VerifyAsync();
                Directory.Delete(Folder(call, point), recursive: true);
            }
            catch (Exception exception)
            {
                failures.Add($"{call} {point} of {calls}, after {string.Join(", ", reported.Did)}: {exception}");
            }
        }

        output.WriteLine($"{call}: {calls} calls, {points.Length} points, {killed} kills, {failures.Count} failures");
        Assert.True(failures.Count == 0, string.Join(Environment.NewLine, failures));
    }

    private string Folder(string call, long point) => _directory[string.Create(CultureInfo.InvariantCulture, $"{call}-{point}")];

    private async Task<(int Code, ReportedState Reported, long Calls)> RunAsync(string call, long point)
    {
        string folder = Folder(call, point);
        Directory.CreateDirectory(folder);
        string count = Path.Combine(folder, "count");
        ReportedState reported = new(writers: 1);
        using ChildWriter child = ChildWriter.Start(
            [LifeScenario.Name, folder], reported, 1, "dotnet", typeof(CallTracer).Assembly.Location, call, point.ToString(CultureInfo.InvariantCulture), count);
        (int code, string errors) = await child.EndAsync();
        Assert.True(code is 0 or CallTracer.KilledBySignal, $"{call} {point}: exit code {code}. {errors}");
        return (code, reported, CountFile.Read(count));
    }
}
