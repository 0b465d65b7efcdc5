namespace Basalt.Server.Demo.Steps;

/// <summary>Starts the writer and measures it while nothing else goes on.</summary>
internal sealed class BaselineStep : IDemoStep
{
    public string Title => "Write live, undisturbed";

    public async Task<string> RunAsync(DemoSession session, IStepProgress progress, CancellationToken cancellationToken)
    {
        LiveWriter writer = session.Writer;
        await writer.WriteForAsync(session.Plan.WarmUp, progress, cancellationToken);
        session.Baseline = await writer.WriteForAsync(session.Plan.Baseline, progress, cancellationToken);
        LatencySummary latency = writer.Log.Latency(session.Baseline);
        return $"{Figure.Rate(latency.Count, session.Plan.Baseline)} one by one, p99 {Figure.Latency(latency.Percentile99)}; the writer goes on";
    }
}
