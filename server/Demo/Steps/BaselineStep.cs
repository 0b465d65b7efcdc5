namespace Basalt.Server.Demo.Steps;

/// <summary>Measures the writer while nothing else goes on.</summary>
internal sealed class BaselineStep : IDemoStep
{
    public string Title => "Measure it undisturbed";

    public async Task<string> RunAsync(DemoSession session, IStepProgress progress, CancellationToken cancellationToken)
    {
        LiveWriter writer = session.Writer;
        session.Baseline = await writer.WriteForAsync(session.Plan.Baseline, progress, cancellationToken);
        LatencySummary latency = writer.Log.Latency(session.Baseline);
        return $"{Figure.Count(latency.Count)} writes, p50 {Figure.Latency(latency.Median)}, p99 {Figure.Latency(latency.Percentile99)}";
    }
}
