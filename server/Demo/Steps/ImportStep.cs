using System.Diagnostics;

namespace Basalt.Server.Demo.Steps;

/// <summary>Creates the class and imports all cities by batch requests.</summary>
internal sealed class ImportStep : IDemoStep
{
    public string Title => "Import";

    public async Task<string> RunAsync(DemoSession session, IStepProgress progress, CancellationToken cancellationToken)
    {
        int total = session.Imported.Count;
        int imported = 0;
        await session.Client.CreateClassAsync(CityObject.ClassDefinition, cancellationToken);
        long started = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(
            session.Imported.Chunk(session.Plan.BatchObjects),
            new ParallelOptions { MaxDegreeOfParallelism = session.Plan.ImportConnections, CancellationToken = cancellationToken },
            async (batch, token) =>
            {
                await session.Client.ImportAsync(batch, token);
                int done = Interlocked.Add(ref imported, batch.Length);
                progress.Report((double)done / total, $"{Figure.Count(done)} of {Figure.Count(total)} objects");
            });
        session.ImportTime = Stopwatch.GetElapsedTime(started);
        return $"{Figure.Count(total)} objects, {Figure.Rate(total, session.ImportTime)}";
    }
}
