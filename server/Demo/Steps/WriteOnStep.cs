namespace Basalt.Server.Demo.Steps;

/// <summary>Lets the writer change objects between two backups.</summary>
internal sealed class WriteOnStep : IDemoStep
{
    public string Title => "Write on";

    public async Task<string> RunAsync(DemoSession session, IStepProgress progress, CancellationToken cancellationToken)
    {
        CutWindow written = await session.Writer.WriteForAsync(session.Plan.BetweenBackups, progress, cancellationToken);
        return $"{Figure.Count(written.Started - written.Acknowledged)} more writes";
    }
}
