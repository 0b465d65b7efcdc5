namespace Basalt.Server.Demo.Steps;

/// <summary>Starts the writer, and lets it write until the code that it runs is compiled.</summary>
internal sealed class StartWriterStep : IDemoStep
{
    public string Title => "Start a live writer";

    public async Task<string> RunAsync(DemoSession session, IStepProgress progress, CancellationToken cancellationToken)
    {
        CutWindow written = await session.Writer.WriteForAsync(session.Plan.WarmUp, progress, cancellationToken);
        return $"{Figure.Count(written.Started - written.Acknowledged)} updates, inserts and deletes";
    }
}
